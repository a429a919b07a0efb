package org.skep.agent;

import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.worker.WorkerTask;

/** What a task's registry asks for. It comes with the task, is needed until the task is prepared, and is on no disk. */
final class Credentials {

    private Credentials() {}

    /**
     * The manager sends those that hold now.
     *
     * @return whether they are others than before, and still needed
     */
    static boolean renew(TaskRecord record, Task assigned) {
        String present = of(assigned);
        boolean changes =
                !present.equals(of(record.task())) && record.status().getState().getNumber() < TaskState.READY_VALUE;
        if (changes) {
            record.change(builder -> {
                builder.getTaskBuilder()
                        .getSpecBuilder()
                        .getContainerBuilder()
                        .getPullOptionsBuilder()
                        .setRegistryAuth(present);
                return builder;
            });
        }
        return changes;
    }

    static WorkerTask without(WorkerTask task) {
        if (of(task.getTask()).isEmpty()) {
            return task;
        }
        WorkerTask.Builder builder = task.toBuilder();
        builder.getTaskBuilder()
                .getSpecBuilder()
                .getContainerBuilder()
                .getPullOptionsBuilder()
                .clearRegistryAuth();
        return builder.build();
    }

    private static String of(Task task) {
        return task.getSpec().getContainer().getPullOptions().getRegistryAuth();
    }
}
