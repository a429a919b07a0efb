package org.skep.shell.commands.listing;

import java.util.Collection;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

/** How many tasks of a service run, of how many. */
public record Replicas(long running, long desired) {

    public static Replicas of(Service service, Collection<Task> tasks) {
        long running = tasks.stream()
                .filter(task -> task.getStatus().getState() == TaskState.RUNNING)
                .filter(Replicas::wanted)
                .count();
        long desired = service.getSpec().hasGlobal()
                ? tasks.stream()
                        .filter(Replicas::wanted)
                        .map(Task::getNodeId)
                        .distinct()
                        .count()
                : service.getSpec().getReplicated().getReplicas();
        return new Replicas(running, desired);
    }

    private static boolean wanted(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.RUNNING_VALUE;
    }

    @Override
    public String toString() {
        return running + "/" + desired;
    }
}
