package org.skep.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.skep.protocol.Task;

/**
 * The pending tasks by group. Knows which groups are due, so that a pass looks at nothing else: those with tasks that are
 * new, and those that found no room before and may find some now.
 */
final class Backlog {

    private final Map<Group, Waiting> groups = new HashMap<>();
    private final Map<String, Waiting> byTask = new HashMap<>();
    private final Set<Waiting> due = new LinkedHashSet<>();
    /** Groups without room: those that may go anywhere, and by node those that may not. */
    private final Set<Waiting> blocked = new LinkedHashSet<>();

    private final Map<String, Set<Waiting>> blockedHere = new HashMap<>();

    void put(Task task) {
        Group group = Group.of(task);
        Waiting waiting = byTask.get(task.getId());
        if (waiting != null && !waiting.group().equals(group)) {
            remove(task.getId());
            waiting = null;
        }
        if (waiting == null) {
            waiting = groups.computeIfAbsent(group, Waiting::new);
            byTask.put(task.getId(), waiting);
        }
        if (waiting.put(task)) {
            due.add(waiting);
        }
    }

    void remove(String taskId) {
        Waiting waiting = byTask.remove(taskId);
        if (waiting != null) {
            waiting.remove(taskId);
            if (waiting.isEmpty()) {
                groups.remove(waiting.group());
                due.remove(waiting);
                unlist(waiting);
            }
        }
    }

    /** The groups to look at now, those that have their node first; none of them is due any more. */
    List<Waiting> takeDue() {
        List<Waiting> taken = new ArrayList<>(due);
        due.clear();
        taken.sort(Comparator.comparing(waiting -> !waiting.group().pinned()));
        return taken;
    }

    /** There is no room for a group. */
    void block(Waiting waiting, String reason) {
        waiting.block(reason);
        if (waiting.group().pinned()) {
            blockedHere
                    .computeIfAbsent(waiting.group().nodeId(), node -> new LinkedHashSet<>())
                    .add(waiting);
        } else {
            blocked.add(waiting);
        }
    }

    private void unlist(Waiting waiting) {
        blocked.remove(waiting);
        blockedHere.computeIfPresent(waiting.group().nodeId(), (node, some) -> {
            some.remove(waiting);
            return some.isEmpty() ? null : some;
        });
    }

    /** Lets blocked groups that have no node try again. */
    void wake(Predicate<Waiting> which) {
        wakeAll(blocked.stream().filter(which).toList());
    }

    /** Lets blocked groups try again that have this node. */
    void wakeHere(String nodeId) {
        wakeAll(List.copyOf(blockedHere.getOrDefault(nodeId, Set.of())));
    }

    private void wakeAll(List<Waiting> some) {
        for (Waiting waiting : some) {
            unlist(waiting);
            waiting.unblock();
            due.add(waiting);
        }
    }

    /** What tasks need has to be worked out anew. */
    void forgetNeeds() {
        groups.values().forEach(Waiting::forgetNeeds);
        wake(waiting -> true);
        List.copyOf(blockedHere.keySet()).forEach(this::wakeHere);
    }
}
