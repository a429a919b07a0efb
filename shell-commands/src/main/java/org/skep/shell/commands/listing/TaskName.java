package org.skep.shell.commands.listing;

import org.skep.protocol.Task;

/** What tasks are called: {@code SERVICE.SLOT}, or {@code SERVICE.NODE} where a service has one on every node. */
public final class TaskName {

    private TaskName() {}

    public static String of(Task task) {
        String service = task.getServiceAnnotations().getName();
        return (service.isEmpty() ? task.getServiceId() : service) + "." + place(task);
    }

    /** The slot, or the node. */
    public static String place(Task task) {
        return task.getSlot() != 0 ? String.valueOf(task.getSlot()) : task.getNodeId();
    }
}
