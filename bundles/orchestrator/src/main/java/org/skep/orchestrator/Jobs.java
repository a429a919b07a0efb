package org.skep.orchestrator;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Version;
import org.skep.store.View;

/** What jobs have in common: their tasks are done once they have ended well, and each iteration begins anew. */
abstract class Jobs implements Mode {

    @Override
    public final void reconcile(Plan plan) {
        Version iteration = plan.service().getJobStatus().getJobIteration();
        SortedMap<SlotKey, Slot> current = new TreeMap<>();
        for (Slot slot : plan.slots().values()) {
            List<Task> old = slot.tasks().stream()
                    .filter(task -> !task.getJobIteration().equals(iteration))
                    .toList();
            old.forEach(task -> plan.desire(task, TaskState.REMOVE));
            if (old.isEmpty()) {
                current.put(slot.key(), slot);
            } else if (old.size() < slot.tasks().size()) {
                current.put(slot.key(), slot.without(old));
            }
        }
        reconcile(plan, current);
    }

    @Override
    public final boolean isJob() {
        return true;
    }

    @Override
    public final void tend(Plan plan, Slot slot) {
        Restarts.tend(plan, slot);
    }

    /** @param slots of this iteration */
    abstract void reconcile(Plan plan, SortedMap<SlotKey, Slot> slots);

    static boolean complete(Slot slot) {
        return slot.tasks().stream().anyMatch(task -> task.getStatus().getState() == TaskState.COMPLETE);
    }

    /** Another specification means another iteration. */
    @Override
    public final boolean updatable(View view, Service service, Slot slot) {
        return false;
    }
}
