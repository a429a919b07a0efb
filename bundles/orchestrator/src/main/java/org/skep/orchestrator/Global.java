package org.skep.orchestrator;

import java.util.SortedMap;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.View;

/** Services with one task on every node that meets their constraints. */
final class Global implements Mode {

    private final Restarts restarts;

    Global(Restarts restarts) {
        this.restarts = restarts;
    }

    @Override
    public void reconcile(Draft draft, Service service) {
        SortedMap<SlotKey, Slot> slots = Slot.of(draft.view().tasks().ofService(service.getId()));
        for (Slot slot : slots.values()) {
            boolean nodeIsGone = draft.view().nodes().get(slot.key().nodeId()).isEmpty();
            for (Task task : slot.tasks()) {
                if (draft.full()) {
                    return;
                }
                if (nodeIsGone) {
                    draft.desire(task, TaskState.REMOVE);
                }
            }
        }
        for (Node node : draft.view().nodes().all()) {
            if (draft.full()) {
                return;
            }
            SlotKey key = new SlotKey(0, node.getId());
            reconcile(draft, service, node, key, slots.get(key));
        }
    }

    private void reconcile(Draft draft, Service service, Node node, SlotKey key, Slot slot) {
        if (!belongs(node, service)) {
            if (slot != null) {
                slot.wanted().forEach(task -> draft.desire(task, TaskState.SHUTDOWN));
            }
        } else if (node.getSpec().getAvailability() == Availability.ACTIVE) {
            if (slot == null || !slot.filled(service)) {
                draft.create(service, key, TaskState.RUNNING);
            } else {
                restarts.restartEnded(draft, service, slot);
            }
        }
    }

    private static boolean belongs(Node node, Service service) {
        return !TaskStates.down(node)
                && node.getSpec().getAvailability() != Availability.DRAIN
                && Outdated.meetsConstraints(node, service);
    }

    @Override
    public boolean updatable(View view, Service service, Slot slot) {
        return slot.filled(service)
                && view.nodes()
                        .get(slot.key().nodeId())
                        .filter(node -> node.getSpec().getAvailability() == Availability.ACTIVE)
                        .filter(node -> belongs(node, service))
                        .isPresent();
    }
}
