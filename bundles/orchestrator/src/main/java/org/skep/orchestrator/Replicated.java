package org.skep.orchestrator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.View;

/** Services with a number of replicas. */
final class Replicated implements Mode {

    private final Restarts restarts;

    Replicated(Restarts restarts) {
        this.restarts = restarts;
    }

    @Override
    public void reconcile(Draft draft, Service service) {
        for (Slot slot : slots(draft, service).values()) {
            if (draft.full()) {
                return;
            }
            restarts.restartEnded(draft, service, slot);
        }
        SortedMap<SlotKey, Slot> slots = slots(draft, service);
        List<Slot> filled =
                slots.values().stream().filter(slot -> slot.filled(service)).toList();
        long wanted = service.getSpec().getReplicated().getReplicas();
        if (filled.size() < wanted) {
            fill(draft, service, filled, wanted);
        } else {
            slots.values().stream().filter(slot -> !slot.filled(service)).forEach(slot -> remove(draft, slot));
            removalOrder(filled).stream().limit(filled.size() - wanted).forEach(slot -> remove(draft, slot));
        }
    }

    private static SortedMap<SlotKey, Slot> slots(Draft draft, Service service) {
        return Slot.of(draft.view().tasks().ofService(service.getId()));
    }

    private static void fill(Draft draft, Service service, List<Slot> filled, long wanted) {
        List<SlotKey> taken = filled.stream().map(Slot::key).toList();
        Set<SlotKey> takenKeys = new HashSet<>(taken);
        long missing = wanted - filled.size();
        for (long number = 1; missing > 0 && !draft.full(); number++) {
            SlotKey key = new SlotKey(number, "");
            if (!takenKeys.contains(key)) {
                draft.create(service, key, TaskState.RUNNING);
                missing--;
            }
        }
    }

    private static void remove(Draft draft, Slot slot) {
        for (Task task : slot.tasks()) {
            if (draft.full()) {
                return;
            }
            draft.desire(task, TaskState.REMOVE);
        }
    }

    /**
     * Which slots go first when there are too many: those in excess on their node, so that what stays is balanced; among
     * these, first those that are not running, then high numbers.
     */
    static List<Slot> removalOrder(List<Slot> slots) {
        List<Slot> keepFirst = new ArrayList<>(slots);
        keepFirst.sort(Comparator.comparing((Slot slot) -> !isRunning(slot)).thenComparing(Slot::key));
        Map<String, Integer> seen = new HashMap<>();
        Map<SlotKey, Integer> rank = new HashMap<>();
        for (Slot slot : keepFirst) {
            List<Task> wanted = slot.wanted();
            boolean clear = wanted.size() == 1 && !wanted.get(0).getNodeId().isEmpty();
            rank.put(slot.key(), clear ? seen.merge(wanted.get(0).getNodeId(), 1, Integer::sum) : Integer.MAX_VALUE);
        }
        keepFirst.sort(Comparator.comparing(slot -> rank.get(slot.key())));
        List<Slot> order = new ArrayList<>(keepFirst);
        Collections.reverse(order);
        return order;
    }

    private static boolean isRunning(Slot slot) {
        return slot.wanted().stream().anyMatch(TaskStates::running);
    }

    @Override
    public boolean updatable(View view, Service service, Slot slot) {
        return slot.filled(service);
    }
}
