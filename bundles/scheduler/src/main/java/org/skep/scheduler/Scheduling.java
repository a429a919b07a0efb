package org.skep.scheduler;

import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.placement.InvalidConstraintException;
import org.skep.store.Change;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/**
 * Finds a node for each pending task. Tasks that fit nowhere wait with the reason in their status, and are tried again
 * when a node changes or room appears.
 */
final class Scheduling implements Reconciler {

    private final Store store;
    private final Map<String, Task> pending = new LinkedHashMap<>();
    private Timers timers;
    private NodeIndex index = new NodeIndex();

    Scheduling(Store store) {
        this.store = store;
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        index = new NodeIndex();
        pending.clear();
        view.nodes().all().forEach(index::put);
        for (Task task : view.tasks().all()) {
            take(task);
            if (faulty(task)) {
                remember(task);
            }
        }
        schedule(view);
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        boolean due = false;
        for (Change change : changes) {
            due |= switch (change.kind()) {
                case NODE -> nodeChanged(change);
                case TASK -> taskChanged(change);
                default -> true;
            };
        }
        if (due && !pending.isEmpty()) {
            schedule(view);
        }
    }

    private boolean nodeChanged(Change change) {
        if (change.deleted()) {
            index.removeNode(change.id());
        } else {
            index.put((Node) change.after());
        }
        return !change.deleted();
    }

    /** Whether there is something new to place, or new room. */
    private boolean taskChanged(Change change) {
        Task before = (Task) change.before();
        Task after = (Task) change.after();
        if (after == null) {
            pending.remove(change.id());
            index.removeTask(change.id());
            return NodeInfo.holdsResources(before);
        }
        if (faulty(after) && (before == null || !faulty(before))) {
            remember(after);
        }
        boolean known = pending.containsKey(after.getId());
        take(after);
        boolean fresh = !known && pending.containsKey(after.getId());
        boolean dropped = before != null && after.getDesiredState() != before.getDesiredState();
        boolean room = before != null && NodeInfo.holdsResources(before) && !NodeInfo.holdsResources(after) || dropped;
        return fresh || room;
    }

    private void take(Task task) {
        index.put(task);
        if (task.getStatus().getState() == TaskState.PENDING) {
            pending.put(task.getId(), task);
        } else {
            pending.remove(task.getId());
        }
    }

    /** A failure that speaks against the node. Tasks of global services have no choice of node, so theirs do not. */
    private static boolean faulty(Task task) {
        TaskState state = task.getStatus().getState();
        boolean placedHere = task.getSlot() != 0;
        return placedHere && (state == TaskState.FAILED || state == TaskState.REJECTED);
    }

    private void remember(Task task) {
        Timestamp time = task.getStatus().getTimestamp();
        index.get(task.getNodeId()).ifPresent(info -> info.failed(SpecKey.of(task), Times.instant(time)));
    }

    private void schedule(View view) throws InterruptedException {
        Decisions decisions = new Decisions();
        Placer placer = new Placer(index, timers.now());
        Map<Group, List<Task>> groups = new LinkedHashMap<>();
        for (Task task : pending.values()) {
            if (task.getDesiredState().getNumber() > TaskState.COMPLETE_VALUE) {
                decisions.abandon(task);
            } else if (task.getNodeId().isEmpty()) {
                groups.computeIfAbsent(Group.of(task), key -> new ArrayList<>()).add(task);
            } else {
                withNeeds(
                        task,
                        view,
                        decisions,
                        needs -> placer.placeHere(task, needs, decisions::assign, decisions::explain));
            }
        }
        groups.values()
                .forEach(tasks -> withNeeds(
                        tasks.get(0),
                        view,
                        decisions,
                        needs -> placer.place(tasks, needs, decisions::assign, decisions::explain)));
        decisions.commit();
    }

    private static void withNeeds(Task task, View view, Decisions decisions, Consumer<TaskNeeds> action) {
        TaskNeeds needs;
        try {
            needs = TaskNeeds.of(task, view);
        } catch (InvalidConstraintException e) {
            decisions.explain(task, e.getMessage());
            return;
        }
        action.accept(needs);
    }

    /** What a round comes to. */
    private final class Decisions {

        private final Map<String, Task> decided = new LinkedHashMap<>();

        void assign(Task task, NodeInfo info) {
            Task assigned = task.toBuilder()
                    .setNodeId(info.node().getId())
                    .setStatus(status(TaskState.ASSIGNED, "scheduler assigned task to node", ""))
                    .build();
            index.put(assigned);
            decided.put(task.getId(), assigned);
        }

        void explain(Task task, String reason) {
            if (!task.getStatus().getErr().equals(reason)) {
                decided.put(
                        task.getId(),
                        task.toBuilder()
                                .setStatus(status(TaskState.PENDING, "pending task scheduling", reason))
                                .build());
            }
        }

        /** Nobody wants it any more, and it never ran. What is to be removed goes without that. */
        void abandon(Task task) {
            if (task.getDesiredState() == TaskState.REMOVE) {
                return;
            }
            decided.put(
                    task.getId(),
                    task.toBuilder()
                            .setStatus(status(TaskState.SHUTDOWN, "stopped before it was assigned", ""))
                            .build());
        }

        void commit() throws InterruptedException {
            List<String> ids = List.copyOf(decided.keySet());
            Batches.update(store, ids, (tx, id) -> write(tx, decided.get(id)));
            View view = store.view();
            for (String id : ids) {
                view.tasks().get(id).ifPresentOrElse(Scheduling.this::take, () -> forget(id));
            }
        }

        private void forget(String id) {
            pending.remove(id);
            index.removeTask(id);
        }

        /** Writes a decision if what it rests on still holds; what changed meanwhile comes back as an event. */
        private void write(Transaction tx, Task decision) {
            Task current = tx.tasks().get(decision.getId()).orElse(null);
            if (current == null || current.getStatus().getState() != TaskState.PENDING) {
                return;
            }
            boolean assigned = decision.getStatus().getState() == TaskState.ASSIGNED;
            boolean unwanted = current.getDesiredState().getNumber() > TaskState.COMPLETE_VALUE;
            if (assigned && (unwanted || !canTakeTasks(tx, decision.getNodeId()))) {
                return;
            }
            tx.update(current.toBuilder()
                    .setNodeId(decision.getNodeId())
                    .setStatus(decision.getStatus())
                    .build());
        }

        private boolean canTakeTasks(View view, String nodeId) {
            return view.nodes()
                    .get(nodeId)
                    .filter(node -> Filter.READY.accepts(new NodeInfo(node), null))
                    .isPresent();
        }
    }

    private TaskStatus status(TaskState state, String message, String error) {
        return TaskStatus.newBuilder()
                .setState(state)
                .setTimestamp(Times.timestamp(timers.now()))
                .setMessage(message)
                .setErr(error)
                .build();
    }

    @Override
    public String toString() {
        return "scheduler";
    }
}
