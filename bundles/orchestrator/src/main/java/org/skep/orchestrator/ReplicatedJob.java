package org.skep.orchestrator;

import java.util.SortedMap;
import org.skep.protocol.TaskState;

/** Jobs whose tasks have to end well a number of times, so many at a time. */
final class ReplicatedJob extends Jobs {

    @Override
    void reconcile(Plan plan, SortedMap<SlotKey, Slot> slots) {
        long underWay = 0;
        for (Slot slot : slots.values()) {
            if (!complete(slot)) {
                Restarts.tend(plan, slot);
                underWay += underWay(slot) ? 1 : 0;
            }
        }
        create(plan, slots, underWay);
    }

    /** Also while it waits for its next try. */
    private static boolean underWay(Slot slot) {
        return slot.wanted().stream().anyMatch(task -> !TaskStates.ended(task) || RestartRule.restarts(task, slot));
    }

    /** A place whose policy leaves it at a failure is taken: the job stays incomplete. */
    private static void create(Plan plan, SortedMap<SlotKey, Slot> slots, long underWay) {
        long total = plan.service().getSpec().getReplicatedJob().getTotalCompletions();
        long concurrent = plan.service().getSpec().getReplicatedJob().getMaxConcurrent();
        long room = (concurrent == 0 ? total : concurrent) - underWay;
        for (long number = 0; room > 0 && number < total; number++) {
            SlotKey key = new SlotKey(number, "");
            if (!slots.containsKey(key)) {
                plan.create(key, TaskState.COMPLETE);
                room--;
            }
        }
    }
}
