package org.skep.shell.commands.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateStatus;
import org.skep.shell.commands.listing.Texts;

/**
 * Judges, from one snapshot to the next, how far a service is from what its specification says. Knows no clock and no
 * terminal.
 */
final class ServiceProgress {

    /** Beyond this only the count is shown. */
    private static final int MOST_BARS = 20;

    private static final Duration DEFAULT_MONITOR = Duration.ofSeconds(5);
    private static final int BAR_WIDTH = 50;
    private static final int ERROR_WIDTH = 100;

    private static final List<TaskState> STATES = List.of(
            TaskState.NEW,
            TaskState.PENDING,
            TaskState.ASSIGNED,
            TaskState.ACCEPTED,
            TaskState.PREPARING,
            TaskState.READY,
            TaskState.STARTING,
            TaskState.RUNNING);

    /** Those of a job's task. */
    private static final List<TaskState> JOB_STATES =
            Stream.concat(STATES.stream(), Stream.of(TaskState.COMPLETE)).toList();

    private final Obstacles obstacles;
    private final Map<String, Integer> rows = new LinkedHashMap<>();
    private Instant convergedAt;
    private boolean failedVerification;

    /**
     * Where the service stands.
     *
     * @param lines to show
     * @param finished it has converged and stayed so
     * @param failure why it cannot converge
     * @param recheck when to look again even if nothing changes
     */
    record Standing(List<Line> lines, boolean finished, Optional<String> failure, Duration recheck) {}

    /** @param rollback the operator asked for a rollback, so that one is no failure */
    ServiceProgress(boolean rollback) {
        this.obstacles = new Obstacles(rollback);
    }

    Standing observe(Snapshot snapshot, Instant now) {
        Census census = Census.of(snapshot);
        List<Line> lines = new ArrayList<>(overall(census));
        if (census.total() <= MOST_BARS) {
            lines.addAll(bars(census));
        }
        Optional<String> failure = obstacles.find(census, now);
        if (census.complete()) {
            return converged(census.service(), lines, failure, now);
        }
        if (convergedAt != null || failedVerification) {
            convergedAt = null;
            failedVerification = true;
            lines.add(Line.of("verify", "Detected task failure"));
        }
        return new Standing(lines, false, failure, Duration.ofSeconds(1));
    }

    /** What has completed cannot fail any more; what runs is watched for a while. */
    private Standing converged(Service service, List<Line> lines, Optional<String> failure, Instant now) {
        if (Census.isJob(service)) {
            lines.add(new Line("job complete", "job complete", "job complete"));
            return new Standing(lines, true, failure, Duration.ofSeconds(1));
        }
        convergedAt = convergedAt == null ? now : convergedAt;
        Duration left = monitor(service).minus(Duration.between(convergedAt, now));
        boolean finished = left.isZero() || left.isNegative();
        lines.add(finished ? Line.of("verify", "Service " + service.getId() + " converged") : stable(service, left));
        return new Standing(lines, finished, failure, nextSecond(left));
    }

    private static List<Line> overall(Census census) {
        if (census.global() && census.total() == 0) {
            return List.of(Line.of("overall progress", "waiting for new tasks"));
        }
        if (census.job()) {
            return List.of(
                    Line.of("job progress", census.done() + " out of " + census.total() + " complete"),
                    Line.of("active tasks", census.running() + " out of " + atATime(census) + " tasks"));
        }
        boolean back = census.service().getUpdateStatus().getState() == UpdateStatus.UpdateState.ROLLBACK_STARTED;
        return List.of(Line.of(
                "overall progress",
                (back ? "rolling back update: " : "") + Math.min(census.done(), census.total()) + " out of "
                        + census.total() + " tasks"));
    }

    private static long atATime(Census census) {
        long left = census.total() - census.done();
        return census.global()
                ? left
                : Math.min(left, census.service().getSpec().getReplicatedJob().getMaxConcurrent());
    }

    private static Line stable(Service service, Duration left) {
        String pattern = "verify: Waiting %d seconds to verify that tasks are stable...";
        return new Line(
                "verify",
                String.format(Locale.ROOT, pattern, seconds(left)),
                String.format(Locale.ROOT, pattern, seconds(monitor(service))));
    }

    private static long seconds(Duration duration) {
        return (duration.toMillis() + 999) / 1000;
    }

    private static Duration nextSecond(Duration left) {
        return Duration.ofMillis(Math.max(1, (left.toMillis() - 1) % 1000 + 1));
    }

    /** A row that no task has taken yet is blank on a terminal, and not worth a line elsewhere. */
    private Collection<Line> bars(Census census) {
        census.places().keySet().forEach(place -> rows.computeIfAbsent(place, p -> rows.size() + 1));
        Map<Integer, Line> bars = new TreeMap<>();
        for (int row = 1; row <= census.total() && !census.global(); row++) {
            String id = row + "/" + census.total();
            bars.put(row, new Line(id, id + ": ", ""));
        }
        census.places().forEach((place, tasks) -> {
            int row = rows.get(place);
            if (row <= census.total() || census.global()) {
                String id = census.global() ? Texts.id(place, false) : row + "/" + census.total();
                bars.put(row, bar(id, Attempt.standingFor(tasks), census.job() ? JOB_STATES : STATES));
            }
        });
        return bars.values();
    }

    private static Line bar(String id, Task task, List<TaskState> states) {
        String error = task.getStatus().getErr();
        if (!error.isEmpty() && !Attempt.runs(task)) {
            return Line.of(id, Texts.cut(error, ERROR_WIDTH));
        }
        TaskState state = task.getStatus().getState();
        String word = state.name().toLowerCase(Locale.ROOT);
        int done = (states.indexOf(state) + 1) * BAR_WIDTH / states.size();
        String bar = "[" + "=".repeat(done) + ">" + " ".repeat(BAR_WIDTH - done) + "]";
        return new Line(id, String.format(Locale.ROOT, "%s: %-9s %s", id, word, bar), id + ": " + word);
    }

    private static Duration monitor(Service service) {
        Duration given = Times.duration(service.getSpec().getUpdate().getMonitor());
        return given.isZero() ? DEFAULT_MONITOR : given;
    }
}
