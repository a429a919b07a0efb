package org.skep.shell.commands.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.UpdateStatus;

/**
 * Why a service will not get where its specification wants it. The swarm itself tries for ever; who waits for it is told
 * once trying again has not helped.
 */
final class Obstacles {

    /** A place that has lost this many tasks is not going to get better by itself. */
    private static final int MOST_ENDED = 3;

    /** How long a task may wait for the same missing thing, such as a node with room. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** How long a place may stay without a successor of the task that ended there, beyond the restart delay. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(2);

    private static final Duration DEFAULT_RESTART_DELAY = Duration.ofSeconds(5);

    private final boolean rollback;
    private final Set<String> endedBefore = new HashSet<>();
    private final Map<String, Set<String>> endedSince = new HashMap<>();
    private final Map<String, Instant> waitingSince = new HashMap<>();
    private boolean begun;

    private record Wait(String task, String reason, Duration most) {}

    /** @param rollback the operator asked for a rollback, so that one is no obstacle */
    Obstacles(boolean rollback) {
        this.rollback = rollback;
    }

    Optional<String> find(Census census, Instant now) {
        Service service = census.service();
        Map<String, List<Task>> places = census.places();
        if (!begun) {
            begun = true;
            places.values().stream()
                    .flatMap(List::stream)
                    .filter(Attempt::ended)
                    .forEach(task -> endedBefore.add(task.getId()));
        }
        Optional<String> ofUpdate = ofUpdate(service, places);
        if (ofUpdate.isPresent() || census.complete()) {
            waitingSince.clear();
            return ofUpdate;
        }
        if (census.global() && places.isEmpty()) {
            return overdue(List.of(new Wait("", "no node may run a task of this service", LONGEST_WAIT)), now);
        }
        return ofEndings(census).or(() -> overdue(waits(service, places), now));
    }

    private Optional<String> ofUpdate(Service service, Map<String, List<Task>> places) {
        String message = service.getUpdateStatus().getMessage();
        return switch (service.getUpdateStatus().getState()) {
            case PAUSED, ROLLBACK_PAUSED -> Optional.of(because(service.getUpdateStatus(), places));
            case ROLLBACK_COMPLETED ->
                rollback ? Optional.empty() : Optional.of("rolled back" + (message.isEmpty() ? "" : ": " + message));
            default -> Optional.empty();
        };
    }

    /** The update names a task; what became of it says more. */
    private static String because(UpdateStatus status, Map<String, List<Task>> places) {
        String said = status.getMessage().isEmpty() ? "the update is paused" : status.getMessage();
        return places.values().stream()
                .flatMap(List::stream)
                .filter(Attempt::ended)
                .max(Comparator.<Task, Boolean>comparing(task -> said.contains(task.getId()))
                        .thenComparing(Attempt.NEWEST))
                .map(task -> said + ": " + ending(task))
                .orElse(said);
    }

    private Optional<String> ofEndings(Census census) {
        for (Map.Entry<String, List<Task>> place : census.places().entrySet()) {
            List<Task> ended = place.getValue().stream()
                    .filter(task -> Attempt.failed(task, census.service()))
                    .toList();
            Set<String> since = endedSince.computeIfAbsent(place.getKey(), p -> new HashSet<>());
            ended.stream()
                    .map(Task::getId)
                    .filter(id -> !endedBefore.contains(id))
                    .forEach(since::add);
            Optional<Task> last = ended.stream().max(Attempt.NEWEST);
            if (since.size() >= MOST_ENDED && last.isPresent()) {
                return Optional.of(ending(last.get()) + ", as did " + (since.size() - 1) + " before it");
            }
        }
        return Optional.empty();
    }

    private static List<Wait> waits(Service service, Map<String, List<Task>> places) {
        return places.values().stream()
                .map(Attempt::standingFor)
                .filter(task -> !Attempt.runs(task))
                .flatMap(task -> {
                    String error = task.getStatus().getErr();
                    if (Attempt.failed(task, service)) {
                        return Optional.of(new Wait(task.getId(), ending(task) + " and is not restarted", gap(service)))
                                .stream();
                    }
                    return Optional.of(error)
                            .filter(text -> !text.isEmpty())
                            .map(text -> new Wait(
                                    task.getId(), "task " + TaskNames.of(task) + " waits: " + text, LONGEST_WAIT))
                            .stream();
                })
                .toList();
    }

    /** The first that has waited too long; what no longer waits starts afresh next time. */
    private Optional<String> overdue(List<Wait> waits, Instant now) {
        waitingSince.keySet().retainAll(waits.stream().map(Obstacles::key).toList());
        waits.forEach(wait -> waitingSince.putIfAbsent(key(wait), now));
        return waits.stream()
                .filter(wait ->
                        Duration.between(waitingSince.get(key(wait)), now).compareTo(wait.most) >= 0)
                .map(Wait::reason)
                .findFirst();
    }

    private static String key(Wait wait) {
        return wait.task + wait.reason;
    }

    private static Duration gap(Service service) {
        if (!service.getSpec().getTask().hasRestart()) {
            return LONGEST_GAP.plus(DEFAULT_RESTART_DELAY);
        }
        RestartPolicy restart = service.getSpec().getTask().getRestart();
        return restart.getCondition() == RestartPolicy.RestartCondition.NONE
                ? LONGEST_GAP
                : LONGEST_GAP
                        .plusSeconds(restart.getDelay().getSeconds())
                        .plusNanos(restart.getDelay().getNanos());
    }

    private static String ending(Task task) {
        String error = task.getStatus().getErr();
        String what =
                switch (task.getStatus().getState()) {
                    case COMPLETE -> "has completed";
                    case REJECTED -> "has been rejected";
                    default -> "has failed";
                };
        return "task " + TaskNames.of(task) + " " + what + (error.isEmpty() ? "" : " (" + error + ")");
    }
}
