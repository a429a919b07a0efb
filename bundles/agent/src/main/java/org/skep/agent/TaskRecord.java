package org.skep.agent;

import java.util.function.UnaryOperator;
import org.skep.protocol.Task;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.worker.WorkerTask;

/** What is known of one task, kept on disk from change to change. */
final class TaskRecord {

    private final WorkerState state;
    private WorkerTask content;

    TaskRecord(WorkerState state, WorkerTask content) {
        this.state = state;
        this.content = content;
    }

    synchronized WorkerTask content() {
        return content;
    }

    Task task() {
        return content().getTask();
    }

    TaskStatus status() {
        return task().getStatus();
    }

    synchronized void change(UnaryOperator<WorkerTask.Builder> change) {
        WorkerTask changed = change.apply(content.toBuilder()).build();
        if (!changed.equals(content)) {
            content = changed;
            state.save(content);
        }
    }

    synchronized void delete() {
        state.delete(content.getTask().getId());
    }
}
