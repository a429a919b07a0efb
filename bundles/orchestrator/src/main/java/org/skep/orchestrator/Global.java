package org.skep.orchestrator;

import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.View;

/** Services with one task on every node that meets their constraints. */
final class Global implements Mode {

    @Override
    public void reconcile(Plan plan) {
        removeFromGoneNodes(plan);
        for (Node node : plan.view().nodes().all()) {
            SlotKey key = new SlotKey(0, node.getId());
            reconcile(plan, node, key, plan.slots().get(key));
        }
    }

    @Override
    public void tend(Plan plan, Slot slot) {
        plan.view().nodes().get(slot.key().nodeId()).ifPresent(node -> reconcile(plan, node, slot.key(), slot));
    }

    static void removeFromGoneNodes(Plan plan) {
        for (Slot slot : plan.slots().values()) {
            if (plan.view().nodes().get(slot.key().nodeId()).isEmpty()) {
                slot.tasks().forEach(task -> plan.desire(task, TaskState.REMOVE));
            }
        }
    }

    private static void reconcile(Plan plan, Node node, SlotKey key, Slot slot) {
        if (!belongs(node, plan.service())) {
            stop(plan, slot);
        } else if (node.getSpec().getAvailability() == Availability.ACTIVE) {
            if (slot == null || !slot.filled()) {
                plan.create(key, TaskState.RUNNING);
            } else {
                Restarts.tend(plan, slot);
            }
        }
    }

    static void stop(Plan plan, Slot slot) {
        if (slot != null) {
            for (Task task : slot.wanted()) {
                plan.desire(task, TaskState.SHUTDOWN);
            }
        }
    }

    /** Paused nodes keep what they have. */
    static boolean belongs(Node node, Service service) {
        return !TaskStates.down(node)
                && node.getSpec().getAvailability() != Availability.DRAIN
                && Outdated.meetsConstraints(node, service);
    }

    @Override
    public boolean updatable(View view, Service service, Slot slot) {
        return slot.filled()
                && view.nodes()
                        .get(slot.key().nodeId())
                        .filter(node -> node.getSpec().getAvailability() == Availability.ACTIVE)
                        .filter(node -> belongs(node, service))
                        .isPresent();
    }
}
