package org.skep.orchestrator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.View;

/** Services with a number of replicas. */
final class Replicated implements Mode {

    @Override
    public void reconcile(Plan plan) {
        Service service = plan.service();
        List<Slot> filled = new ArrayList<>();
        List<Slot> empty = new ArrayList<>();
        plan.slots().values().forEach(slot -> (slot.filled() ? filled : empty).add(slot));
        long missing = service.getSpec().getReplicated().getReplicas() - filled.size();
        if (missing > 0) {
            fill(plan, filled, missing);
            filled.forEach(slot -> Restarts.tend(plan, slot));
        } else {
            empty.forEach(slot -> remove(plan, slot));
            List<Slot> order = removalOrder(filled);
            order.subList(0, (int) -missing).forEach(slot -> remove(plan, slot));
            order.subList((int) -missing, order.size()).forEach(slot -> Restarts.tend(plan, slot));
        }
    }

    @Override
    public void tend(Plan plan, Slot slot) {
        Restarts.tend(plan, slot);
    }

    /** Gives tasks to the lowest free numbers. */
    private static void fill(Plan plan, List<Slot> filled, long missing) {
        Set<SlotKey> taken = filled.stream().map(Slot::key).collect(Collectors.toSet());
        long left = missing;
        for (long number = 1; left > 0; number++) {
            SlotKey key = new SlotKey(number, "");
            if (!taken.contains(key)) {
                plan.create(key, TaskState.RUNNING);
                left--;
            }
        }
    }

    private static void remove(Plan plan, Slot slot) {
        slot.tasks().forEach(task -> plan.desire(task, TaskState.REMOVE));
    }

    /**
     * Which slots go first when there are too many: those in excess on their node, so that what stays is balanced; among
     * these, first those that are not running, then high numbers.
     */
    static List<Slot> removalOrder(List<Slot> slots) {
        List<Slot> keepFirst = new ArrayList<>(slots);
        keepFirst.sort(Comparator.comparing((Slot slot) -> !slot.running()).thenComparing(Slot::key));
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

    @Override
    public boolean updatable(View view, Service service, Slot slot) {
        return slot.filled();
    }
}
