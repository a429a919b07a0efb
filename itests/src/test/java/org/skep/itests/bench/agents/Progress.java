package org.skep.itests.bench.agents;

import java.time.Duration;

/** How many tasks the manager knows to run. */
final class Progress {

    private int running;
    private Throwable problem;

    synchronized void running(int more) {
        running += more;
        notifyAll();
    }

    synchronized void fail(String who, Throwable why) {
        if (problem == null) {
            problem = new IllegalStateException(who + " has lost its manager", why);
        }
        notifyAll();
    }

    synchronized void await(int tasks, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (running < tasks && problem == null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new IllegalStateException(running + " of " + tasks + " tasks run after " + patience);
            }
            wait(left / 1_000_000 + 1);
        }
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }
}
