package org.skep.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** A loop with a real thread and a clock that tests move. */
final class TestLoop implements Loop, AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<Timer> timers = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Timer(Duration due, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            // Closed: what comes late is dropped.
        }
    }

    @Override
    public synchronized Cancellable after(Duration delay, Runnable task) {
        Timer timer = new Timer(now.plus(delay), task);
        timers.add(timer);
        return () -> {
            synchronized (this) {
                timers.remove(timer);
            }
        };
    }

    synchronized void advance(Duration time) {
        now = now.plus(time);
        List<Timer> due = timers.stream()
                .filter(timer -> timer.due().compareTo(now) <= 0)
                .sorted(Comparator.comparing(Timer::due))
                .toList();
        timers.removeAll(due);
        due.forEach(timer -> execute(timer.task()));
    }

    /** Time until the timers are due, shortest first. */
    synchronized List<Duration> waits() {
        return timers.stream().map(timer -> timer.due().minus(now)).sorted().toList();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
