package org.skep.shell.commands.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateStatus;
import org.skep.shell.commands.listing.Ages;
import org.skep.shell.commands.listing.NaturalOrder;
import org.skep.shell.commands.listing.TaskName;
import org.skep.shell.commands.listing.Texts;

/**
 * Judges, from one snapshot to the next, how far a service is from what its specification says, and whether it can get
 * there. Knows no clock and no terminal.
 */
final class ServiceProgress {

    /** Beyond this only the count is shown. */
    static final int MOST_BARS = 20;

    /** A place that has lost this many tasks is not going to get better by itself. */
    static final int MOST_ENDED = 3;

    /** How long a task may wait for the same missing thing, such as a node with room. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** How long a place may stay without a successor of the task that ended there, beyond the restart delay. */
    static final Duration LONGEST_GAP = Duration.ofSeconds(2);

    private static final Duration DEFAULT_RESTART_DELAY = Duration.ofSeconds(5);

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

    private static final Comparator<Task> NEWEST = Comparator.<Task, Instant>comparing(
                    task -> Ages.instant(task.getMeta().getCreatedAt()))
            .thenComparing(Task::getId);

    private final boolean rollback;
    private final Map<String, Integer> rows = new LinkedHashMap<>();
    private final Map<String, Set<String>> ended = new HashMap<>();
    private final Map<String, Instant> waiting = new HashMap<>();
    private Set<String> endedBefore;
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
        this.rollback = rollback;
    }

    Standing observe(Snapshot snapshot, Instant now) {
        Service service = snapshot.service();
        List<Task> current = snapshot.tasks().stream()
                .filter(task -> wanted(task) || hasEnded(task))
                .filter(task -> current(service, task))
                .filter(task -> active(task, snapshot.nodes()))
                .toList();
        if (endedBefore == null) {
            endedBefore = current.stream()
                    .filter(ServiceProgress::hasEnded)
                    .map(Task::getId)
                    .collect(Collectors.toSet());
        }
        Map<String, List<Task>> places = places(current);
        boolean global = service.getSpec().hasGlobal();
        long total = global ? places.size() : service.getSpec().getReplicated().getReplicas();
        long running = places.values().stream()
                .filter(tasks -> tasks.stream().anyMatch(ServiceProgress::runs))
                .count();
        boolean converged = running == total && (!global || total > 0);
        boolean rollingBack = state(service) == UpdateStatus.UpdateState.ROLLBACK_STARTED;

        List<Line> lines = new ArrayList<>();
        lines.add(overall(global && total == 0, running, total, rollingBack));
        if (total <= MOST_BARS) {
            lines.addAll(bars(places, total, global));
        }
        Optional<String> failure = updateFailure(service, current)
                .or(() -> converged ? Optional.empty() : placeFailure(places, gap(service), now))
                .or(() -> global && total == 0
                        ? overdue("", now, "no node may run a task of this service")
                        : Optional.empty());
        boolean finished = false;
        Duration recheck = Duration.ofSeconds(1);
        if (converged) {
            convergedAt = convergedAt == null ? now : convergedAt;
            Duration left = monitor(service).minus(Duration.between(convergedAt, now));
            finished = left.isZero() || left.isNegative();
            recheck = finished ? Duration.ZERO : Duration.ofMillis(Math.max(1, (left.toMillis() - 1) % 1000 + 1));
            lines.add(
                    finished ? Line.of("verify", "Service " + service.getId() + " converged") : stable(service, left));
        } else if (convergedAt != null || failedVerification) {
            convergedAt = null;
            failedVerification = true;
            lines.add(Line.of("verify", "Detected task failure"));
        }
        return new Standing(lines, finished, failure, recheck);
    }

    private static Line overall(boolean none, long running, long total, boolean rollingBack) {
        String text = none
                ? "waiting for new tasks"
                : (rollingBack ? "rolling back update: " : "") + running + " out of " + total + " tasks";
        return Line.of("overall progress", text);
    }

    private static Line stable(Service service, Duration left) {
        String pattern = "verify: Waiting %d seconds to verify that tasks are stable...";
        return new Line(
                "verify",
                String.format(Locale.ROOT, pattern, (left.toMillis() + 999) / 1000),
                String.format(Locale.ROOT, pattern, (monitor(service).toMillis() + 999) / 1000));
    }

    private List<Line> bars(Map<String, List<Task>> places, long total, boolean global) {
        places.keySet().forEach(place -> rows.computeIfAbsent(place, p -> rows.size() + 1));
        Map<Integer, Line> bars = new TreeMap<>();
        for (int row = 1; row <= total && !global; row++) {
            bars.put(row, new Line(row + "/" + total, row + "/" + total + ": ", ""));
        }
        places.forEach((place, tasks) -> {
            int row = rows.get(place);
            if (row <= total || global) {
                bars.put(row, bar(global ? Texts.id(place, false) : row + "/" + total, shown(tasks)));
            }
        });
        // A row that no task has taken yet is blank on a terminal, and not worth a line elsewhere.
        return List.copyOf(bars.values());
    }

    private static Line bar(String id, Task task) {
        String error = task.getStatus().getErr();
        TaskState state = task.getStatus().getState();
        if (!error.isEmpty() && !runs(task)) {
            return Line.of(id, Texts.cut(error, ERROR_WIDTH));
        }
        String word = state.name().toLowerCase(Locale.ROOT);
        int done = Math.max(0, STATES.indexOf(state) + 1) * BAR_WIDTH / STATES.size();
        String bar = hasEnded(task) ? "" : "[" + "=".repeat(done) + ">" + " ".repeat(BAR_WIDTH - done) + "]";
        return new Line(
                id, String.format(Locale.ROOT, "%s: %-9s %s", id, word, bar).stripTrailing(), id + ": " + word);
    }

    private Optional<String> placeFailure(Map<String, List<Task>> places, Duration gap, Instant now) {
        Set<String> stillWaiting = new HashSet<>();
        Optional<String> failure = Optional.empty();
        for (Map.Entry<String, List<Task>> place : places.entrySet()) {
            List<Task> tasks = place.getValue();
            Task newest = shown(tasks);
            Set<String> lost = ended.computeIfAbsent(place.getKey(), p -> new HashSet<>());
            tasks.stream()
                    .filter(ServiceProgress::hasEnded)
                    .map(Task::getId)
                    .filter(id -> !endedBefore.contains(id))
                    .forEach(lost::add);
            Optional<Task> last =
                    tasks.stream().filter(ServiceProgress::hasEnded).max(NEWEST);
            if (lost.size() >= MOST_ENDED && last.isPresent()) {
                return Optional.of(ending(last.get()) + ", as did " + (lost.size() - 1) + " before it");
            }
            String error = newest.getStatus().getErr();
            Optional<String> reason = Optional.empty();
            Duration most = LONGEST_WAIT;
            if (hasEnded(newest)) {
                reason = Optional.of(ending(newest) + " and is not restarted");
                most = gap;
            } else if (!runs(newest) && !error.isEmpty()) {
                reason = Optional.of("task " + TaskName.of(newest) + " waits: " + error);
            }
            if (reason.isPresent()) {
                String key = newest.getId() + reason.get();
                stillWaiting.add(key);
                Instant since = waiting.computeIfAbsent(key, k -> now);
                if (failure.isEmpty() && Duration.between(since, now).compareTo(most) >= 0) {
                    failure = reason;
                }
            }
        }
        waiting.keySet().retainAll(stillWaiting);
        return failure;
    }

    private Optional<String> overdue(String key, Instant now, String reason) {
        Instant since = waiting.computeIfAbsent(key, k -> now);
        return Duration.between(since, now).compareTo(LONGEST_WAIT) >= 0 ? Optional.of(reason) : Optional.empty();
    }

    private Optional<String> updateFailure(Service service, List<Task> tasks) {
        String message = service.getUpdateStatus().getMessage();
        return switch (state(service)) {
            case PAUSED -> Optional.of(because(message, "update paused", tasks));
            case ROLLBACK_PAUSED -> Optional.of(because(message, "rollback paused", tasks));
            case ROLLBACK_COMPLETED ->
                rollback ? Optional.empty() : Optional.of("rolled back" + (message.isEmpty() ? "" : ": " + message));
            default -> Optional.empty();
        };
    }

    /** The update names a task; what became of it says more. */
    private static String because(String message, String otherwise, List<Task> tasks) {
        String said = message.isEmpty() ? otherwise : message;
        return tasks.stream()
                .filter(ServiceProgress::hasEnded)
                .max(Comparator.<Task, Boolean>comparing(task -> said.contains(task.getId()))
                        .thenComparing(NEWEST))
                .map(task -> said + ": " + ending(task))
                .orElse(said);
    }

    private static String ending(Task task) {
        String error = task.getStatus().getErr();
        return "task " + TaskName.of(task) + " "
                + (task.getStatus().getState() == TaskState.COMPLETE
                        ? "has completed"
                        : "has " + (task.getStatus().getState() == TaskState.REJECTED ? "been rejected" : "failed"))
                + (error.isEmpty() ? "" : " (" + error + ")");
    }

    private static UpdateStatus.UpdateState state(Service service) {
        return service.hasUpdateStatus() ? service.getUpdateStatus().getState() : UpdateStatus.UpdateState.UNKNOWN;
    }

    private static Duration gap(Service service) {
        if (!service.getSpec().getTask().hasRestart()) {
            return LONGEST_GAP.plus(DEFAULT_RESTART_DELAY);
        }
        RestartPolicy restart = service.getSpec().getTask().getRestart();
        return restart.getCondition() == RestartPolicy.RestartCondition.NONE
                ? LONGEST_GAP
                : LONGEST_GAP.plus(Duration.ofSeconds(
                        restart.getDelay().getSeconds(), restart.getDelay().getNanos()));
    }

    private static Duration monitor(Service service) {
        var monitor = service.getSpec().getUpdate().getMonitor();
        Duration given = Duration.ofSeconds(monitor.getSeconds(), monitor.getNanos());
        return given.isZero() ? DEFAULT_MONITOR : given;
    }

    /** Slots, or nodes of a global service, with their tasks; places that are being given up are none. */
    private static Map<String, List<Task>> places(List<Task> tasks) {
        Map<String, List<Task>> places = new TreeMap<>(new NaturalOrder());
        tasks.stream()
                .filter(task -> task.getDesiredState() != TaskState.REMOVE)
                .forEach(task -> places.computeIfAbsent(TaskName.place(task), p -> new ArrayList<>())
                        .add(task));
        return places;
    }

    /** What stands for a place: its live task, else what ended there last. */
    private static Task shown(List<Task> tasks) {
        return tasks.stream()
                .max(Comparator.<Task, Boolean>comparing(ServiceProgress::runs)
                        .thenComparing(task -> wanted(task) && !hasEnded(task))
                        .thenComparing(NEWEST))
                .orElseThrow();
    }

    private static boolean wanted(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.RUNNING_VALUE;
    }

    private static boolean runs(Task task) {
        return wanted(task) && task.getStatus().getState() == TaskState.RUNNING;
    }

    /** Ended by itself; a task that was stopped is no failure. */
    private static boolean hasEnded(Task task) {
        return switch (task.getStatus().getState()) {
            case COMPLETE, FAILED, REJECTED -> true;
            default -> false;
        };
    }

    private static boolean active(Task task, List<Node> nodes) {
        return task.getNodeId().isEmpty()
                || nodes.stream()
                        .anyMatch(node -> node.getId().equals(task.getNodeId())
                                && node.getStatus().getState() != NodeStatus.State.DOWN);
    }

    /** Whether a task is what the service now asks for; one that only has another placement may stay. */
    private static boolean current(Service service, Task task) {
        if (task.hasSpecVersion() && task.getSpecVersion().equals(service.getSpecVersion())) {
            return true;
        }
        return task.getSpec().toBuilder()
                        .clearPlacement()
                        .build()
                        .equals(service.getSpec().getTask().toBuilder()
                                .clearPlacement()
                                .build())
                && (!task.hasEndpoint()
                        || task.getEndpoint().getSpec().equals(service.getSpec().getEndpoint()));
    }
}
