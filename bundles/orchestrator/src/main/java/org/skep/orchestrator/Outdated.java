package org.skep.orchestrator;

import org.skep.protocol.Node;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.Constraint;
import org.skep.protocol.placement.InvalidConstraintException;
import org.skep.store.View;

/** Whether a task has to be replaced because its service's specification is another one. */
final class Outdated {

    private Outdated() {}

    static boolean test(Task task, Service service, View view) {
        if (task.hasSpecVersion() && task.getSpecVersion().equals(service.getSpecVersion())) {
            return false;
        }
        if (!task.getEndpoint().getSpec().equals(service.getSpec().getEndpoint())) {
            return true;
        }
        TaskSpec before = task.getSpec();
        TaskSpec after = service.getSpec().getTask();
        if (pulled(task)) {
            before = withoutPullOptions(before);
            after = withoutPullOptions(after);
        }
        if (before.equals(after)) {
            return false;
        }
        boolean onlyPlacement = before.toBuilder()
                .clearPlacement()
                .build()
                .equals(after.toBuilder().clearPlacement().build());
        return !onlyPlacement || !stillFits(task, service, view);
    }

    /** How to pull the image matters no more. */
    private static boolean pulled(Task task) {
        int state = task.getStatus().getState().getNumber();
        return state >= TaskState.READY_VALUE && state <= TaskState.RUNNING_VALUE;
    }

    private static TaskSpec withoutPullOptions(TaskSpec spec) {
        if (!spec.hasContainer()) {
            return spec;
        }
        return spec.toBuilder()
                .setContainer(spec.getContainer().toBuilder().clearPullOptions())
                .build();
    }

    private static boolean stillFits(Task task, Service service, View view) {
        return view.nodes()
                .get(task.getNodeId())
                .map(node -> meetsConstraints(node, service))
                .orElse(false);
    }

    /** Constraints that are wrong are met by no node. */
    static boolean meetsConstraints(Node node, Service service) {
        try {
            return Constraint.allMet(
                    Constraint.parseAll(
                            service.getSpec().getTask().getPlacement().getConstraintsList()),
                    node);
        } catch (InvalidConstraintException e) {
            return false;
        }
    }
}
