package org.skep.orchestrator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.Batches;

/** What is to be done for one service: decided on one state of it, committed in as many transactions as it takes. */
final class Plan {

    private final View view;
    private final Service service;
    private final Instant now;
    private final SortedMap<SlotKey, Slot> slots;
    private final List<Step> steps = new ArrayList<>();

    /** For all of the service. */
    Plan(View view, Service service, Instant now) {
        this(view, service, now, Slot.of(service, view));
    }

    private Plan(View view, Service service, Instant now, SortedMap<SlotKey, Slot> slots) {
        this.view = view;
        this.service = service;
        this.now = now;
        this.slots = slots;
    }

    /** For some of its slots. */
    static Plan of(View view, Service service, Instant now, Set<SlotKey> which) {
        SortedMap<SlotKey, Slot> slots = new TreeMap<>();
        for (SlotKey key : which) {
            Slot.of(service, view, key).ifPresent(slot -> slots.put(key, slot));
        }
        return new Plan(view, service, now, slots);
    }

    /** What has to happen together. */
    private record Step(List<Task> unwanted, TaskState wish, List<Task> created) {

        Stream<Task> tasks() {
            return Stream.concat(unwanted.stream(), created.stream());
        }

        int changes() {
            return unwanted.size() + created.size();
        }
    }

    View view() {
        return view;
    }

    Service service() {
        return service;
    }

    Instant now() {
        return now;
    }

    /** As they are before anything of this plan happens. */
    SortedMap<SlotKey, Slot> slots() {
        return slots;
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Slots in which something is to happen. */
    Set<SlotKey> touched() {
        return steps.stream()
                .flatMap(Step::tasks)
                .map(task -> SlotKey.of(task, service))
                .collect(Collectors.toSet());
    }

    Task make(SlotKey slot, TaskState desired) {
        return TaskMaker.make(service, slot, desired, view, now);
    }

    void create(SlotKey slot, TaskState desired) {
        steps.add(new Step(List.of(), TaskState.SHUTDOWN, List.of(make(slot, desired))));
    }

    /** Moves a task's desired state forward; it never goes back. */
    void desire(Task task, TaskState state) {
        if (behind(task, state)) {
            steps.add(new Step(List.of(task), state, List.of()));
        }
    }

    /** Stops tasks and creates another in their place. */
    void replace(Collection<Task> tasks, Task successor) {
        steps.add(new Step(List.copyOf(tasks), TaskState.SHUTDOWN, List.of(successor)));
    }

    private static boolean behind(Task task, TaskState state) {
        return task.getDesiredState().getNumber() < state.getNumber();
    }

    /** Does it, unless the service is another one by now: then someone will be told, and plan anew. */
    void commit(Store store) throws InterruptedException {
        Batches.update(store, steps, Step::changes, this::take);
    }

    private void take(Transaction tx, Step step) {
        boolean same = tx.services()
                .get(service.getId())
                .filter(current -> current.getSpecVersion().equals(service.getSpecVersion()))
                .isPresent();
        if (!same) {
            return;
        }
        for (Task task : step.unwanted()) {
            tx.tasks()
                    .get(task.getId())
                    .filter(current -> behind(current, step.wish()))
                    .ifPresent(current -> tx.update(
                            current.toBuilder().setDesiredState(step.wish()).build()));
        }
        step.created().forEach(tx::create);
    }
}
