package org.skep.control.routed;

import java.time.Duration;

/** How long somebody goes on waiting for a leader. */
final class Patience {

    private final long nanos;
    private volatile long deadline;

    Patience(Duration length) {
        nanos = length.toNanos();
        renew();
    }

    /** There was one: whoever waits next does so from the beginning. */
    void renew() {
        deadline = System.nanoTime() + nanos;
    }

    boolean over() {
        return leftNanos() <= 0;
    }

    long leftNanos() {
        return deadline - System.nanoTime();
    }
}
