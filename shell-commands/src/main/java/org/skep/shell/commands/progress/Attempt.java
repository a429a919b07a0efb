package org.skep.shell.commands.progress;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;

/** What a task, one attempt to fill a place of a service, is to the progress of that service. */
final class Attempt {

    static final Comparator<Task> NEWEST = Comparator.<Task, Instant>comparing(
                    task -> Times.instant(task.getMeta().getCreatedAt()))
            .thenComparing(Task::getId);

    private Attempt() {}

    /** Whether it counts: it is what the service now asks for, is not being stopped, and its node is there. */
    static boolean counts(Task task, Service service, List<Node> nodes) {
        return task.getDesiredState() != TaskState.REMOVE
                && (wanted(task) || ended(task))
                && (Census.isJob(service) ? ofThisRun(task, service) : current(task, service))
                && (task.getStatus().getState() == TaskState.COMPLETE || reachable(task, nodes));
    }

    /** A job begins anew with each update. */
    private static boolean ofThisRun(Task task, Service job) {
        return task.getJobIteration().equals(job.getJobStatus().getJobIteration());
    }

    static boolean runs(Task task) {
        return wanted(task) && task.getStatus().getState() == TaskState.RUNNING;
    }

    /** Ended by itself, and not as it should. */
    static boolean failed(Task task, Service service) {
        return ended(task) && !(Census.isJob(service) && task.getStatus().getState() == TaskState.COMPLETE);
    }

    /** Ended by itself; a task that was stopped is no failure. */
    static boolean ended(Task task) {
        return switch (task.getStatus().getState()) {
            case COMPLETE, FAILED, REJECTED -> true;
            default -> false;
        };
    }

    /** What stands for a place: the task that runs, else the one on its way, else what ended there last. */
    static Task standingFor(List<Task> place) {
        return place.stream()
                .max(Comparator.<Task, Boolean>comparing(Attempt::runs)
                        .thenComparing(task -> wanted(task) && !ended(task))
                        .thenComparing(NEWEST))
                .orElseThrow();
    }

    /** The tasks of jobs are wanted to complete. */
    private static boolean wanted(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.COMPLETE_VALUE;
    }

    /** A task that differs in nothing but its placement may stay. */
    private static boolean current(Task task, Service service) {
        if (task.hasSpecVersion() && task.getSpecVersion().equals(service.getSpecVersion())) {
            return true;
        }
        return task.getSpec().toBuilder()
                        .clearPlacement()
                        .build()
                        .equals(service.getSpec().getTask().toBuilder()
                                .clearPlacement()
                                .build())
                && (!task.hasEndpoint()
                        || task.getEndpoint().getSpec().equals(service.getSpec().getEndpoint()));
    }

    private static boolean reachable(Task task, List<Node> nodes) {
        return task.getNodeId().isEmpty()
                || nodes.stream()
                        .anyMatch(node -> node.getId().equals(task.getNodeId())
                                && node.getStatus().getState() != NodeStatus.State.DOWN);
    }
}
