package org.skep.orchestrator;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.store.View;

/** Questions about one task. */
final class TaskStates {

    /** Clocks may jump, but a task that is not wanted any more is older than the one that is. */
    static final Comparator<Task> OLDEST_FIRST = Comparator.comparing(TaskStates::wanted)
            .thenComparingLong(task -> task.getMeta().getCreatedAt().getSeconds())
            .thenComparingInt(task -> task.getMeta().getCreatedAt().getNanos())
            .thenComparing(Task::getId);

    private TaskStates() {}

    /** It is meant to run, as a job's to its end, or to get ready for it. */
    static boolean wanted(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.COMPLETE_VALUE;
    }

    static boolean ofJob(Task task) {
        return task.hasJobIteration();
    }

    static boolean leaving(Task task) {
        return task.getDesiredState() == TaskState.REMOVE;
    }

    /** It ran and does so no more. */
    static boolean ended(Task task) {
        return task.getStatus().getState().getNumber() > TaskState.RUNNING_VALUE;
    }

    /** The same task, whose turn it is now. */
    static Task started(Task task) {
        return task.toBuilder()
                .setDesiredState(ofJob(task) ? TaskState.COMPLETE : TaskState.RUNNING)
                .build();
    }

    /** It ended, and nobody had asked it to. */
    static boolean endedByItself(Task task) {
        return task.getStatus().getState() == TaskState.COMPLETE || failed(task);
    }

    /** It ended badly, and that is its own doing or its node's. */
    static boolean failed(Task task) {
        TaskState state = task.getStatus().getState();
        return (state == TaskState.FAILED || state == TaskState.REJECTED) && !Enforcer.rejected(task);
    }

    static Instant created(Task task) {
        return Times.instant(task.getMeta().getCreatedAt());
    }

    /** When its last state was reported. */
    static Instant since(Task task) {
        TaskStatus status = task.getStatus();
        return Times.instant(status.hasAppliedAt() ? status.getAppliedAt() : status.getTimestamp());
    }

    static Optional<Instant> runningSince(Task task) {
        TaskStatus status = task.getStatus();
        if (status.hasRunningSince()) {
            return Optional.of(Times.instant(status.getRunningSince()));
        }
        return running(task) ? Optional.of(since(task)) : Optional.empty();
    }

    static boolean running(Task task) {
        return task.getStatus().getState() == TaskState.RUNNING;
    }

    /** No node has heard of it. */
    static boolean unassigned(Task task) {
        return task.getStatus().getState().getNumber() < TaskState.ASSIGNED_VALUE;
    }

    /** It holds nothing any more that its successor could need. */
    static boolean outOfTheWay(Task task, View view) {
        return ended(task) || !wanted(task) && unassigned(task) || nodeLost(task, view);
    }

    /** Its node cannot run it. */
    static boolean nodeLost(Task task, View view) {
        return !unassigned(task)
                && view.nodes().get(task.getNodeId()).map(TaskStates::down).orElse(true);
    }

    static boolean nodeDrained(Task task, View view) {
        return !unassigned(task)
                && view.nodes()
                        .get(task.getNodeId())
                        .map(node -> node.getSpec().getAvailability() == Availability.DRAIN)
                        .orElse(false);
    }

    /** Its place is no place to run any more, and it itself is not to blame: a successor need not wait. */
    static boolean displaced(Task task, View view) {
        return nodeLost(task, view) || nodeDrained(task, view);
    }

    static boolean down(Node node) {
        return node.getStatus().getState() == NodeStatus.State.DOWN;
    }
}
