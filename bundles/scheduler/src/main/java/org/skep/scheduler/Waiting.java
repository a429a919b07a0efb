package org.skep.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.skep.protocol.Task;
import org.skep.store.View;

/** The pending tasks of one group, and why they wait if no node takes them. */
final class Waiting {

    private final Group group;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, Task> untold = new LinkedHashMap<>();
    private TaskNeeds needs;
    private String reason = "";
    private boolean blocked;

    Waiting(Group group) {
        this.group = group;
    }

    Group group() {
        return group;
    }

    /** @throws org.skep.protocol.placement.InvalidConstraintException if a constraint is wrong */
    TaskNeeds needs(View view) {
        if (needs == null) {
            needs = TaskNeeds.of(first(), view);
        }
        return needs;
    }

    /** Whether this holds of its tasks' needs. Not if they were never worked out, or cannot be. */
    boolean needs(Predicate<TaskNeeds> condition) {
        return needs != null && condition.test(needs);
    }

    /** What volumes need may have changed. */
    void forgetNeeds() {
        needs = null;
    }

    /** @return whether the task is new here */
    boolean put(Task task) {
        boolean fresh = tasks.put(task.getId(), task) == null;
        if (fresh || untold.containsKey(task.getId())) {
            untold.put(task.getId(), task);
        }
        return fresh;
    }

    void remove(String taskId) {
        tasks.remove(taskId);
        untold.remove(taskId);
    }

    /** The task that waits longest; null if there is none. */
    Task first() {
        return tasks.isEmpty() ? null : tasks.values().iterator().next();
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Whether there is no room for its tasks, as far as is known. */
    boolean blocked() {
        return blocked;
    }

    /** Room may have appeared. */
    void unblock() {
        blocked = false;
    }

    /** There is no room for what is left. */
    void block(String why) {
        blocked = true;
        if (!why.equals(reason)) {
            reason = why;
            untold.putAll(tasks);
        }
    }

    String reason() {
        return reason;
    }

    /** The tasks whose status does not give the reason yet. They count as told from now on. */
    Collection<Task> takeUntold() {
        List<Task> all = new ArrayList<>(untold.values());
        untold.clear();
        return all;
    }
}
