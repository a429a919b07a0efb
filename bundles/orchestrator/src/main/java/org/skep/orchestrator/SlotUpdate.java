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
 * @param waiting nothing was tried yet
 * @param begun work on it has begun, and may be done
 * @param turned when it had its turn: its new task runs, or has failed
 * @param gettingUp the new task that is on its way up
 * @param failure the slot's first new task, if it ended by itself before it ran or too soon after
 */
record SlotUpdate(
        Slot slot,
        boolean waiting,
        boolean dirty,
        boolean begun,
        Optional<Instant> turned,
        Optional<Task> gettingUp,
        Optional<Task> failure) {

    static SlotUpdate of(Slot slot, Service service, View view, Instant updateBegan, Duration monitor) {
        boolean dirty = slot.dirty(service, view);
        List<Task> fresh = slot.tasks().stream()
                .filter(task -> ofVersion(task, service))
                // What ended before this update began is no part of it.
                .filter(task ->
                        !TaskStates.ended(task) || !TaskStates.since(task).isBefore(updateBegan))
                .sorted(Comparator.comparing(TaskStates::created))
                .toList();
        // A slot that was not there before is not updated, nor is one whose task moves to another node.
        boolean begun = !fresh.isEmpty()
                && slot.tasks().stream().anyMatch(task -> !ofVersion(task, service))
                && slot.tasks().stream().noneMatch(Task::hasRelocation);
        return new SlotUpdate(
                slot,
                dirty && fresh.isEmpty(),
                dirty,
                begun,
                turned(fresh),
                gettingUp(fresh),
                ended(fresh).filter(task -> endedWithin(task, monitor)));
    }

    private static boolean ofVersion(Task task, Service service) {
        return task.getSpecVersion().equals(service.getSpecVersion());
    }

    private static Optional<Instant> turned(List<Task> fresh) {
        Optional<Instant> ran = fresh.stream()
                .flatMap(task -> TaskStates.runningSince(task).stream())
                .min(Comparator.naturalOrder());
        if (ran.isPresent()) {
            return ran;
        }
        Optional<Instant> failed = ended(fresh).map(TaskStates::since);
        return failed.isPresent() || gettingUp(fresh).isPresent()
                ? failed
                : fresh.stream().map(TaskStates::since).max(Comparator.naturalOrder());
    }

    private static Optional<Task> gettingUp(List<Task> fresh) {
        return fresh.stream()
                .filter(task -> TaskStates.wanted(task) && !TaskStates.ended(task) && !TaskStates.running(task))
                .findFirst();
    }

    /** The first one, if it ended by itself: its successors do not count, and those stopped for others' sake neither. */
    private static Optional<Task> ended(List<Task> fresh) {
        return fresh.stream()
                .filter(task -> TaskStates.wanted(task) || TaskStates.endedByItself(task))
                .findFirst()
                .filter(TaskStates::endedByItself);
    }

    private static boolean endedWithin(Task task, Duration monitor) {
        return TaskStates.runningSince(task)
                .map(since -> !TaskStates.since(task).isAfter(since.plus(monitor)))
                .orElse(true);
    }

    /** Whether the update's share of this slot is not over yet. */
    boolean active(Instant now, Duration rest) {
        return begun && turned.map(moment -> now.isBefore(moment.plus(rest))).orElse(true);
    }
}
