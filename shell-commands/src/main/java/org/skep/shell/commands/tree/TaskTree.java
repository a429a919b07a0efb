package org.skep.shell.commands.tree;

import java.util.List;
import java.util.Map;
import org.skep.protocol.Task;
import org.skep.protocol.TaskStatus;

/** Tasks in full, with the field names of docker's API. */
public final class TaskTree {

    private TaskTree() {}

    public static Map<String, Object> of(Task task) {
        return Tree.object(task.getId(), task.getMeta())
                .some("Name", task.getAnnotations().getName())
                .put("Labels", Tree.sorted(task.getAnnotations().getLabelsMap()))
                .put("Spec", ServiceTree.taskTemplate(task.getSpec()))
                .put("ServiceID", task.getServiceId())
                .some("Slot", task.getSlot())
                .some("NodeID", task.getNodeId())
                .some("GenericResources", Tree.list(task.getAssignedGenericResourcesList(), NodeTree::generic))
                .has(task.hasJobIteration(), "JobIteration", task.getJobIteration(), iteration -> new Tree()
                        .some("Index", iteration.getIndex())
                        .build())
                .has(task.hasCrashLoop(), "CrashLoop", task.getCrashLoop(), loop -> new Tree()
                        .put("Failures", loop.getFailures())
                        .put("NextTry", Tree.time(loop.getNextTry()))
                        .build())
                .has(task.hasRelocation(), "Relocation", task.getRelocation(), relocation -> new Tree()
                        .put("NodeID", relocation.getNodeId())
                        .build())
                .put("Status", status(task.getStatus()))
                .put("DesiredState", Tree.word(task.getDesiredState()))
                .some("NetworksAttachments", Tree.list(task.getNetworksList(), attachment -> new Tree()
                        .put("Network", Trees.network(attachment.getNetwork()))
                        .put("Addresses", List.copyOf(attachment.getAddressesList()))
                        .build()))
                .some("Volumes", Tree.list(task.getVolumesList(), volume -> new Tree()
                        .put("ID", volume.getId())
                        .put("Source", volume.getSource())
                        .put("Target", volume.getTarget())
                        .build()))
                .build();
    }

    private static Map<String, Object> status(TaskStatus status) {
        return new Tree()
                .put("Timestamp", Tree.time(status.getTimestamp()))
                .put("State", Tree.word(status.getState()))
                .some("Message", status.getMessage())
                .some("Err", status.getErr())
                .has(status.hasContainer(), "ContainerStatus", status.getContainer(), container -> new Tree()
                        .put("ContainerID", container.getContainerId())
                        .put("PID", container.getPid())
                        .put("ExitCode", container.getExitCode())
                        .build())
                .put(
                        "PortStatus",
                        new Tree()
                                .some("Ports", Tree.list(status.getPortStatus().getPortsList(), ServiceTree::port))
                                .build())
                .build();
    }
}
