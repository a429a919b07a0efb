package org.skep.store.loop;

import java.time.Duration;
import java.time.Instant;

/** One thread and a clock. What runs on it needs no locks. */
public interface Loop extends AutoCloseable {

    Instant now();

    /** Runs {@code work} on this loop's thread, after everything handed over before. Ignored once closed. */
    void execute(Runnable work);

    /** Runs {@code work} on this loop's thread when {@code delay} has passed. Ignored once closed. */
    Timer after(Duration delay, Runnable work);

    /** Interrupts what runs, waits until it has ended, and forgets the rest. */
    @Override
    void close();

    /** Work that waits for its time. */
    interface Timer {
        void cancel();
    }
}
