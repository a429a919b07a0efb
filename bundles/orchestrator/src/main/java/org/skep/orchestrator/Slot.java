package org.skep.orchestrator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.store.View;

/**
 * The tasks of one place of a service, oldest first, without those that are to be removed.
 */
record Slot(SlotKey key, List<Task> tasks) {

    Slot {
        tasks = tasks.size() == 1
                ? List.copyOf(tasks)
                : tasks.stream().sorted(TaskStates.OLDEST_FIRST).toList();
    }

    static SortedMap<SlotKey, Slot> of(Service service, View view) {
        SortedMap<SlotKey, List<Task>> grouped = new TreeMap<>();
        for (Task task : view.tasks().ofService(service.getId())) {
            if (!TaskStates.leaving(task)) {
                grouped.computeIfAbsent(SlotKey.of(task, service), key -> new ArrayList<>(1))
                        .add(task);
            }
        }
        SortedMap<SlotKey, Slot> slots = new TreeMap<>();
        grouped.forEach((key, tasks) -> slots.put(key, new Slot(key, tasks)));
        return slots;
    }

    /** One of them; costs no look at the others. Empty if there is no task in it. */
    static Optional<Slot> of(Service service, View view, SlotKey key) {
        Collection<Task> candidates = key.nodeId().isEmpty()
                ? view.tasks().inSlot(service.getId(), key.number())
                : view.tasks().onNode(key.nodeId());
        List<Task> tasks = candidates.stream()
                .filter(task -> task.getServiceId().equals(service.getId()) && !TaskStates.leaving(task))
                .toList();
        return tasks.isEmpty() ? Optional.empty() : Optional.of(new Slot(key, tasks));
    }

    List<Task> wanted() {
        return tasks.stream().filter(TaskStates::wanted).toList();
    }

    Slot without(Collection<Task> some) {
        return new Slot(key, tasks.stream().filter(task -> !some.contains(task)).toList());
    }

    Task newest() {
        return tasks.get(tasks.size() - 1);
    }

    boolean running() {
        return tasks.stream().anyMatch(task -> TaskStates.wanted(task) && TaskStates.running(task));
    }

    /** Whether the slot is filled: a task is wanted, or the last one ended and its policy leaves it at that. */
    boolean filled() {
        return tasks.stream().anyMatch(TaskStates::wanted)
                || TaskStates.ended(newest()) && !RestartRule.restarts(newest(), this);
    }

    /** Whether it has no task of the service's specification yet, or one that does not run beside one of another. */
    boolean dirty(Service service, View view) {
        List<Task> wanted = wanted();
        if (wanted.isEmpty()) {
            return Outdated.test(newest(), service, view);
        }
        boolean outdated = false;
        for (Task task : wanted) {
            boolean old = Outdated.test(task, service, view);
            if (!old && TaskStates.running(task)) {
                return false;
            }
            outdated |= old;
        }
        return outdated;
    }
}
