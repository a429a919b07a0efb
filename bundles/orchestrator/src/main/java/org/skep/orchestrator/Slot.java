package org.skep.orchestrator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.UpdateStatus.UpdateState;
import org.skep.store.View;

/**
 * The tasks of one place of a service, oldest first, without those that are to be removed.
 */
record Slot(SlotKey key, List<Task> tasks) {

    Slot {
        tasks = tasks.stream().sorted(TaskStates.OLDEST_FIRST).toList();
    }

    static SortedMap<SlotKey, Slot> of(Collection<Task> tasksOfService) {
        SortedMap<SlotKey, List<Task>> grouped = new TreeMap<>();
        for (Task task : tasksOfService) {
            if (!TaskStates.leaving(task)) {
                grouped.computeIfAbsent(SlotKey.of(task), key -> new ArrayList<>())
                        .add(task);
            }
        }
        SortedMap<SlotKey, Slot> slots = new TreeMap<>();
        grouped.forEach((key, tasks) -> slots.put(key, new Slot(key, tasks)));
        return slots;
    }

    List<Task> wanted() {
        return tasks.stream().filter(TaskStates::wanted).toList();
    }

    Task newest() {
        return tasks.get(tasks.size() - 1);
    }

    /**
     * Whether the slot is filled: a task is wanted, or the last one ended and its policy leaves it at that. A rollback
     * fills ended slots again, so that it always converges.
     */
    boolean filled(Service service) {
        if (tasks.stream().anyMatch(TaskStates::wanted)) {
            return true;
        }
        boolean rollingBack = service.getUpdateStatus().getState() == UpdateState.ROLLBACK_STARTED;
        return !rollingBack && TaskStates.ended(newest()) && !RestartRule.restarts(newest(), this);
    }

    /** Whether its task is on its way up. */
    boolean gettingUp() {
        return tasks.stream()
                .anyMatch(task -> TaskStates.wanted(task) && !TaskStates.running(task) && !TaskStates.ended(task));
    }

    /** Whether an update has work to do here. */
    boolean dirty(Service service, View view) {
        List<Task> wanted = wanted();
        return wanted.size() > 1 || Outdated.test(wanted.isEmpty() ? newest() : wanted.get(0), service, view);
    }
}
