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
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateStatus;
import org.skep.shell.commands.listing.NaturalOrder;
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
        Service service = snapshot.service();
        Map<String, List<Task>> places = places(snapshot);
        boolean global = service.getSpec().hasGlobal();
        long total = global ? places.size() : service.getSpec().getReplicated().getReplicas();
        long running = places.values().stream()
                .filter(tasks -> tasks.stream().anyMatch(Attempt::runs))
                .count();
        boolean converged = running == total && (!global || total > 0);

        List<Line> lines = new ArrayList<>();
        lines.add(overall(service, running, total));
        if (total <= MOST_BARS) {
            lines.addAll(bars(places, total, global));
        }
        Optional<String> failure = obstacles.find(service, places, converged, now);
        if (converged) {
            convergedAt = convergedAt == null ? now : convergedAt;
            Duration left = monitor(service).minus(Duration.between(convergedAt, now));
            boolean finished = left.isZero() || left.isNegative();
            lines.add(
                    finished ? Line.of("verify", "Service " + service.getId() + " converged") : stable(service, left));
            return new Standing(lines, finished, failure, nextSecond(left));
        }
        if (convergedAt != null || failedVerification) {
            convergedAt = null;
            failedVerification = true;
            lines.add(Line.of("verify", "Detected task failure"));
        }
        return new Standing(lines, false, failure, Duration.ofSeconds(1));
    }

    /** Slots, or nodes of a global service, with their tasks. */
    private static Map<String, List<Task>> places(Snapshot snapshot) {
        Map<String, List<Task>> places = new TreeMap<>(new NaturalOrder());
        snapshot.tasks().stream()
                .filter(task -> Attempt.counts(task, snapshot.service(), snapshot.nodes()))
                .forEach(task -> places.computeIfAbsent(TaskNames.place(task), place -> new ArrayList<>())
                        .add(task));
        return places;
    }

    private static Line overall(Service service, long running, long total) {
        if (service.getSpec().hasGlobal() && total == 0) {
            return Line.of("overall progress", "waiting for new tasks");
        }
        boolean back = service.getUpdateStatus().getState() == UpdateStatus.UpdateState.ROLLBACK_STARTED;
        return Line.of(
                "overall progress", (back ? "rolling back update: " : "") + running + " out of " + total + " tasks");
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
    private Collection<Line> bars(Map<String, List<Task>> places, long total, boolean global) {
        places.keySet().forEach(place -> rows.computeIfAbsent(place, p -> rows.size() + 1));
        Map<Integer, Line> bars = new TreeMap<>();
        for (int row = 1; row <= total && !global; row++) {
            String id = row + "/" + total;
            bars.put(row, new Line(id, id + ": ", ""));
        }
        places.forEach((place, tasks) -> {
            int row = rows.get(place);
            if (row <= total || global) {
                bars.put(row, bar(global ? Texts.id(place, false) : row + "/" + total, Attempt.standingFor(tasks)));
            }
        });
        return bars.values();
    }

    private static Line bar(String id, Task task) {
        String error = task.getStatus().getErr();
        if (!error.isEmpty() && !Attempt.runs(task)) {
            return Line.of(id, Texts.cut(error, ERROR_WIDTH));
        }
        TaskState state = task.getStatus().getState();
        String word = state.name().toLowerCase(Locale.ROOT);
        int done = (STATES.indexOf(state) + 1) * BAR_WIDTH / STATES.size();
        String bar = "[" + "=".repeat(done) + ">" + " ".repeat(BAR_WIDTH - done) + "]";
        return new Line(id, String.format(Locale.ROOT, "%s: %-9s %s", id, word, bar), id + ": " + word);
    }

    private static Duration monitor(Service service) {
        Duration given = Times.duration(service.getSpec().getUpdate().getMonitor());
        return given.isZero() ? DEFAULT_MONITOR : given;
    }
}
