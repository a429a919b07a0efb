package org.skep.raft.internal;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.skep.raft.net.Ending;

/** Ticks: often while there is something to do, seldom else. */
final class Clock {

    private static final long TICK_MILLIS = 50;
    private static final long SLOW_MILLIS = 1_000;

    private final Runnable tick;
    private volatile boolean slow;
    private ScheduledExecutorService thread;
    private ScheduledFuture<?> ticks;

    Clock(Runnable tick) {
        this.tick = tick;
    }

    synchronized void start() {
        thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "skep-raft-clock"));
        schedule(TICK_MILLIS);
    }

    private void schedule(long millis) {
        ticks = thread.scheduleWithFixedDelay(tick, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** From any thread. */
    void slow(boolean wanted) {
        if (slow != wanted) {
            change(wanted);
        }
    }

    private synchronized void change(boolean wanted) {
        if (slow != wanted && thread != null && !thread.isShutdown()) {
            slow = wanted;
            ticks.cancel(false);
            schedule(slow ? SLOW_MILLIS : TICK_MILLIS);
        }
    }

    /** Returns when the last tick is over. */
    void close() {
        ScheduledExecutorService last = end();
        if (last != null) {
            Ending.await(last);
        }
    }

    private synchronized ScheduledExecutorService end() {
        if (thread != null) {
            thread.shutdownNow();
        }
        return thread;
    }
}
