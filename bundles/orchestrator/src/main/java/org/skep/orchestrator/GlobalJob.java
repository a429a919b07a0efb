package org.skep.orchestrator;

import java.util.SortedMap;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.TaskState;

/** Jobs that have to be done once on every node that meets their constraints, also on those that come later. */
final class GlobalJob extends Jobs {

    @Override
    void reconcile(Plan plan, SortedMap<SlotKey, Slot> slots) {
        Global.removeFromGoneNodes(plan);
        for (Node node : plan.view().nodes().all()) {
            SlotKey key = new SlotKey(0, node.getId());
            Slot slot = slots.get(key);
            if (slot == null || !complete(slot)) {
                reconcile(plan, node, key, slot);
            }
        }
    }

    private static void reconcile(Plan plan, Node node, SlotKey key, Slot slot) {
        if (!Global.belongs(node, plan.service())) {
            Global.stop(plan, slot);
        } else if (ready(node)) {
            if (slot == null || !slot.filled()) {
                plan.create(key, TaskState.COMPLETE);
            } else {
                Restarts.tend(plan, slot);
            }
        }
    }

    private static boolean ready(Node node) {
        return node.getStatus().getState() == NodeStatus.State.READY
                && node.getSpec().getAvailability() == Availability.ACTIVE;
    }
}
