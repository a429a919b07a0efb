package org.skep.store.loop;

import java.time.Duration;
import java.time.Instant;
import org.skep.store.loop.Loop.Timer;

/** A reconciler's clock. */
public interface Timers {

    Instant now();

    /**
     * Runs a step on the reconciler's thread when {@code delay} has passed, unless the reconciler has started over
     * meanwhile. A step that fails makes it start over.
     */
    Timer after(Duration delay, Step step);

    /** Work that writes to the store. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }
}
