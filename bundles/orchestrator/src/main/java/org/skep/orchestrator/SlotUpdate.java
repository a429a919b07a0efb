package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.store.View;

/**
 * One slot in an update: what its tasks tell of how far it is.
 *
 * @param fresh tasks of the specification that the update leads to, without those that ended before it began
 * @param old all others, at least one of which has to be there for the slot to be part of an update
 */
record SlotUpdate(Slot slot, boolean dirty, List<Task> fresh, List<Task> old) {

    static SlotUpdate of(Slot slot, Service service, View view, Instant updateBegan) {
        List<Task> fresh = slot.tasks().stream()
                .filter(task -> task.getSpecVersion().equals(service.getSpecVersion()))
                .toList();
        return new SlotUpdate(
                slot,
                slot.dirty(service, view),
                fresh.stream()
                        .filter(task -> !TaskStates.ended(task)
                                || !TaskStates.since(task).isBefore(updateBegan))
                        .sorted(Comparator.comparing(TaskStates::created))
                        .toList(),
                slot.tasks().stream().filter(task -> !fresh.contains(task)).toList());
    }

    boolean waiting() {
        return dirty && fresh.isEmpty();
    }

    /** Work on it has begun, and may be done. A move to another node is none of it. */
    boolean begun() {
        return !fresh.isEmpty() && !old.isEmpty() && slot.tasks().stream().noneMatch(Task::hasRelocation);
    }

    /** When it had its turn: its new task runs, or has failed. */
    Optional<Instant> turned() {
        Optional<Instant> ran = fresh.stream()
                .flatMap(task -> TaskStates.runningSince(task).stream())
                .min(Comparator.naturalOrder());
        if (ran.isPresent()) {
            return ran;
        }
        Optional<Instant> failed = first().filter(TaskStates::endedByItself).map(TaskStates::since);
        return failed.isPresent() || gettingUp().isPresent()
                ? failed
                : fresh.stream().map(TaskStates::since).max(Comparator.naturalOrder());
    }

    /** The task that is on its way up. */
    Optional<Task> gettingUp() {
        return fresh.stream()
                .filter(task -> TaskStates.wanted(task) && !TaskStates.ended(task) && !TaskStates.running(task))
                .findFirst();
    }

    /** The slot's first new task, if it ended by itself before it ran or soon after. Its successors do not count. */
    Optional<Task> failure(Duration monitor) {
        return first().filter(TaskStates::endedByItself).filter(task -> TaskStates.runningSince(task)
                .map(since -> !TaskStates.since(task).isAfter(since.plus(monitor)))
                .orElse(true));
    }

    /** Tasks that were stopped, as for their node's sake, tell nothing. */
    private Optional<Task> first() {
        return fresh.stream()
                .filter(task -> TaskStates.wanted(task) || TaskStates.endedByItself(task))
                .findFirst();
    }
}
