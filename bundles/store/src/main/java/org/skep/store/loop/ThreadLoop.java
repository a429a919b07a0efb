package org.skep.store.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a thread of its own. */
final class ThreadLoop implements Loop {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final AtomicReference<Thread> thread = new AtomicReference<>();
    private final ScheduledThreadPoolExecutor executor;

    ThreadLoop(String name) {
        this.name = name;
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread worker = new Thread(work, name);
            worker.setDaemon(true);
            thread.set(worker);
            return worker;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public void execute(Runnable work) {
        after(Duration.ZERO, work);
    }

    @Override
    public Timer after(Duration delay, Runnable work) {
        try {
            Future<?> future = executor.schedule(() -> run(work), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("{}: {}", name, e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        if (Thread.currentThread() == thread.get()) {
            return;
        }
        try {
            if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} did not stop within {} s", name, PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
