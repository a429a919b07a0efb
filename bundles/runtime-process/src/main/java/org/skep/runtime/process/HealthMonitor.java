package org.skep.runtime.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.api.runtime.HealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Probes one task again and again, and tells when it is well for the first time, or ill for good. */
final class HealthMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_START_INTERVAL = Duration.ofSeconds(5);
    private static final int DEFAULT_RETRIES = 3;

    private final HealthCheck check;
    private final List<String> command;
    private final Function<List<String>, Process> prober;
    private final ScheduledExecutorService timer;
    private final Consumer<String> ill;
    private final CompletableFuture<Void> healthy = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private int failures;
    private boolean wasHealthy;
    private boolean closed;

    /** @param ill told once, with one line, when the task is unhealthy */
    HealthMonitor(
            HealthCheck check,
            List<String> command,
            Function<List<String>, Process> prober,
            ScheduledExecutorService timer,
            Consumer<String> ill) {
        this.check = check;
        this.command = command;
        this.prober = prober;
        this.timer = timer;
        this.ill = ill;
    }

    /** The command of a check; empty if it asks for none. */
    static Optional<List<String>> command(HealthCheck check) {
        List<String> test = check.test();
        if (test.isEmpty() || test.get(0).equals("NONE")) {
            return Optional.empty();
        }
        List<String> words = test.subList(1, test.size());
        if (words.isEmpty() || words.get(0).isBlank()) {
            throw SkepException.user("HEALTH_CMD_EMPTY", "the health check has no command", "give --health-cmd one");
        }
        return switch (test.get(0)) {
            case "CMD" -> Optional.of(List.copyOf(words));
            case "CMD-SHELL" -> Optional.of(List.of("/bin/sh", "-c", String.join(" ", words)));
            default ->
                throw SkepException.user(
                        "HEALTH_TEST_UNKNOWN",
                        "health check of unknown kind '" + test.get(0) + "'",
                        "use NONE, CMD or CMD-SHELL");
        };
    }

    void begin() {
        next();
    }

    /** Completes when the task is well for the first time. */
    CompletableFuture<Void> healthy() {
        return healthy;
    }

    synchronized void close() {
        closed = true;
    }

    private synchronized void next() {
        if (closed) {
            return;
        }
        Duration delay = starting() && !check.startPeriod().isZero()
                ? or(check.startInterval(), DEFAULT_START_INTERVAL)
                : or(check.interval(), DEFAULT_INTERVAL);
        try {
            timer.schedule(this::probe, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private void probe() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        try {
            Process process = prober.apply(command);
            Duration timeout = or(check.timeout(), DEFAULT_TIMEOUT);
            process.onExit().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete((ended, failure) -> {
                if (failure == null) {
                    judge(ended.exitValue() == 0, "exit " + ended.exitValue());
                } else {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    judge(false, "no answer in " + timeout.toMillis() + " ms");
                }
            });
        } catch (RuntimeException e) {
            judge(false, e.getMessage());
        }
    }

    private void judge(boolean well, String how) {
        if (count(well)) {
            ill.accept("unhealthy: the health check failed " + limit() + " times in a row (" + how + ")");
            return;
        }
        if (well) {
            healthy.complete(null);
        }
        next();
    }

    /** @return whether this was one failure too many */
    private synchronized boolean count(boolean well) {
        if (closed) {
            return false;
        }
        if (well) {
            failures = 0;
            wasHealthy = true;
        } else if (!starting()) {
            failures++;
        }
        closed = failures >= limit();
        return closed;
    }

    private int limit() {
        return check.retries() == 0 ? DEFAULT_RETRIES : check.retries();
    }

    /** Failures do not count while the task has time to come up. */
    private boolean starting() {
        return !wasHealthy && System.nanoTime() - began < check.startPeriod().toNanos();
    }

    private static Duration or(Duration value, Duration otherwise) {
        return value.isZero() ? otherwise : value;
    }
}
