package org.skep.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.Batches;

/** What a pass comes to, until it is written. */
final class Decisions {

    private final Store store;
    private final Instant now;
    private final List<Task> decided = new ArrayList<>();
    private final List<Task> dropped = new ArrayList<>();

    Decisions(Store store, Instant now) {
        this.store = store;
        this.now = now;
    }

    /** @return the task as it will be */
    Task assign(Task task, NodeInfo node) {
        Task assigned = task.toBuilder()
                .setNodeId(node.nodeId())
                .clearAssignedGenericResources()
                .addAllAssignedGenericResources(node.choose(
                        task.getSpec().getResources().getReservations().getGenericList()))
                .setStatus(status(TaskState.ASSIGNED, "scheduler assigned task to node", ""))
                .build();
        decided.add(assigned);
        return assigned;
    }

    void explain(Task task, String reason) {
        if (!task.getStatus().getErr().equals(reason)) {
            decide(task, status(TaskState.PENDING, "pending task scheduling", reason));
        }
    }

    /** Nobody wants it any more, and it never ran. What is to be removed goes without that. */
    void abandon(Task task) {
        if (task.getDesiredState() != TaskState.REMOVE) {
            decide(task, status(TaskState.SHUTDOWN, "stopped before it was assigned", ""));
        }
    }

    private void decide(Task task, TaskStatus status) {
        decided.add(task.toBuilder().setStatus(status).build());
    }

    private TaskStatus status(TaskState state, String message, String error) {
        return TaskStatus.newBuilder()
                .setState(state)
                .setTimestamp(Times.timestamp(now))
                .setMessage(message)
                .setErr(error)
                .build();
    }

    /**
     * Writes what still holds.
     *
     * @return the assignments that do not; what made them wrong comes, or has come, as a change
     */
    List<Task> commit() throws InterruptedException {
        Batches.update(store, decided, this::write);
        return dropped;
    }

    private void write(Transaction tx, Task decision) {
        boolean assigned = decision.getStatus().getState() == TaskState.ASSIGNED;
        Task current = tx.tasks().get(decision.getId()).orElse(null);
        if (current == null
                || current.getStatus().getState() != TaskState.PENDING
                || assigned && !(NodeInfo.active(current) && canTakeTasks(tx, decision.getNodeId()))) {
            if (assigned) {
                dropped.add(decision);
            }
            return;
        }
        boolean same = current.getMeta().getVersion().equals(decision.getMeta().getVersion());
        tx.update(same ? decision : carriedOver(decision, current));
    }

    /** The decision on a task that has changed meanwhile, but not in what was decided. */
    private static Task carriedOver(Task decision, Task current) {
        return current.toBuilder()
                .setNodeId(decision.getNodeId())
                .clearAssignedGenericResources()
                .addAllAssignedGenericResources(decision.getAssignedGenericResourcesList())
                .setStatus(decision.getStatus())
                .build();
    }

    private static boolean canTakeTasks(View view, String nodeId) {
        return view.nodes().get(nodeId).filter(NodeInfo::takesTasks).isPresent();
    }
}
