package org.skep.control.local;

import java.util.Comparator;
import org.skep.protocol.Task;

/** How people call tasks, and which of them is the newer one. */
final class TaskNames {

    /** By creation; the newest first. */
    static final Comparator<Task> NEWEST_FIRST = Comparator.<Task>comparingLong(
                    task -> task.getMeta().getCreatedAt().getSeconds())
            .thenComparingInt(task -> task.getMeta().getCreatedAt().getNanos())
            .thenComparingLong(task -> task.getMeta().getVersion().getIndex())
            .reversed();

    private TaskNames() {}

    /** {@code SERVICE.SLOT}; or {@code SERVICE.NODE} for a task of a global service. */
    static String subject(Task task) {
        String service = task.getServiceAnnotations().getName();
        return task.getSlot() > 0 ? service + "." + task.getSlot() : service + "." + task.getNodeId();
    }

    /** {@code SERVICE.SLOT.ID}. */
    static String full(Task task) {
        String given = task.getAnnotations().getName();
        return given.isEmpty() ? subject(task) + "." + task.getId() : given;
    }
}
