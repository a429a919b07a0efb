package org.skep.agent;

import java.time.Duration;

/** The one thread on which the agent decides. Work that blocks goes elsewhere and comes back with its result. */
interface Loop {

    /** Runs it soon; does nothing when the loop is closed. */
    void execute(Runnable task);

    /** Runs it on the loop after some time. */
    Cancellable after(Duration delay, Runnable task);

    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
