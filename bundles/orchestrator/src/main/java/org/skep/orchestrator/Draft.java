package org.skep.orchestrator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.Batches;

/** One transaction of the orchestrator, with what has to happen once it is committed. */
final class Draft {

    private final Transaction tx;
    private final Instant now;
    private final List<DelayedStarts.Start> starts = new ArrayList<>();
    private int changes;

    Draft(Transaction tx, Instant now) {
        this.tx = tx;
        this.now = now;
    }

    View view() {
        return tx;
    }

    Instant now() {
        return now;
    }

    /** There is no room for another step; the rest is for the next transaction. */
    boolean full() {
        return changes >= Batches.CHANGES - 2;
    }

    List<DelayedStarts.Start> starts() {
        return starts;
    }

    Task create(Service service, SlotKey slot, TaskState desired) {
        Task task = TaskMaker.make(service, slot, desired, tx, now);
        tx.create(task);
        changes++;
        return task;
    }

    /** Moves a task's desired state forward; it never goes back. */
    void desire(Task task, TaskState state) {
        Optional<Task> current = tx.tasks().get(task.getId());
        if (current.isPresent() && current.get().getDesiredState().getNumber() < state.getNumber()) {
            tx.update(current.get().toBuilder().setDesiredState(state).build());
            changes++;
        }
    }

    void startLater(DelayedStarts.Start start) {
        starts.add(start);
    }
}
