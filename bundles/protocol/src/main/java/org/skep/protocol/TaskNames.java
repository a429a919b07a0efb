package org.skep.protocol;

/** What tasks are called. */
public final class TaskNames {

    private TaskNames() {}

    /** {@code SERVICE.SLOT}, or {@code SERVICE.NODE} where a service has one on every node. */
    public static String of(Task task) {
        String service = task.getServiceAnnotations().getName();
        return (service.isEmpty() ? task.getServiceId() : service) + "." + place(task);
    }

    /** With the task's ID, which tells it from those before it in the same place; or the name it was given. */
    public static String full(Task task) {
        String given = task.getAnnotations().getName();
        return given.isEmpty() ? of(task) + "." + task.getId() : given;
    }

    /** The slot, or the ID of the node. */
    public static String place(Task task) {
        return task.getSlot() == 0 ? task.getNodeId() : Long.toString(task.getSlot());
    }
}
