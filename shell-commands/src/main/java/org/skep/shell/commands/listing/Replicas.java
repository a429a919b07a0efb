package org.skep.shell.commands.listing;

import java.util.Collection;
import java.util.function.Predicate;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

/** How many tasks of a service run, of how many; of a job, how many have completed, too. */
public record Replicas(String text) {

    public static Replicas of(Service service, Collection<Task> tasks) {
        ServiceSpec spec = service.getSpec();
        Predicate<Task> counts = task -> !isJob(spec)
                || task.getJobIteration().equals(service.getJobStatus().getJobIteration());
        long running = tasks.stream()
                .filter(counts)
                .filter(Replicas::wanted)
                .filter(task -> task.getStatus().getState() == TaskState.RUNNING)
                .count();
        long completed = tasks.stream()
                .filter(counts)
                .filter(task -> task.getStatus().getState() == TaskState.COMPLETE)
                .map(task -> task.getNodeId() + task.getSlot())
                .distinct()
                .count();
        long nodes = tasks.stream()
                .filter(counts)
                .filter(Replicas::wanted)
                .map(Task::getNodeId)
                .distinct()
                .count();
        long most = spec.getTask().getPlacement().getMaxReplicas();
        return new Replicas(
                switch (spec.getModeCase()) {
                    case GLOBAL -> running + "/" + nodes;
                    case REPLICATED_JOB ->
                        running + "/" + spec.getReplicatedJob().getMaxConcurrent() + most(most)
                                + completed(completed, spec.getReplicatedJob().getTotalCompletions());
                    case GLOBAL_JOB -> running + "/" + Math.max(0, nodes - completed) + completed(completed, nodes);
                    default -> running + "/" + spec.getReplicated().getReplicas() + most(most);
                });
    }

    private static String most(long perNode) {
        return perNode == 0 ? "" : " (max " + perNode + " per node)";
    }

    private static String completed(long done, long total) {
        return " (" + done + "/" + total + " completed)";
    }

    private static boolean isJob(ServiceSpec spec) {
        return spec.hasReplicatedJob() || spec.hasGlobalJob();
    }

    /** The tasks of jobs are wanted to complete. */
    private static boolean wanted(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.COMPLETE_VALUE;
    }

    @Override
    public String toString() {
        return text;
    }
}
