package org.skep.control.local;

import java.util.Comparator;
import org.skep.protocol.Task;

/** Which of two tasks is the newer one. */
final class TaskOrder {

    /** By creation; the newest first. */
    static final Comparator<Task> NEWEST_FIRST = Comparator.<Task>comparingLong(
                    task -> task.getMeta().getCreatedAt().getSeconds())
            .thenComparingInt(task -> task.getMeta().getCreatedAt().getNanos())
            .thenComparingLong(task -> task.getMeta().getVersion().getIndex())
            .reversed();

    private TaskOrder() {}
}
