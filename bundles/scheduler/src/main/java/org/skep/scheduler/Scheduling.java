package org.skep.scheduler;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.InvalidConstraintException;
import org.skep.store.Change;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/**
 * Finds a node for each pending task. Tasks that fit nowhere wait with the reason in their status, and are tried again
 * when something changes that may make room for them.
 */
final class Scheduling implements Reconciler {

    private final Store store;
    private final Strategies strategies;
    private final Map<String, Task> unwanted = new LinkedHashMap<>();
    private final Set<String> roomier = new LinkedHashSet<>();
    private Timers timers;
    private NodeIndex index = new NodeIndex();
    private Backlog backlog = new Backlog();
    private Failures failures = new Failures();

    Scheduling(Store store, Strategies strategies) {
        this.store = store;
        this.strategies = strategies;
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        index = NodeIndex.of(view);
        backlog = new Backlog();
        failures = Failures.of(view, timers.now());
        unwanted.clear();
        roomier.clear();
        view.tasks().all().forEach(this::sort);
        schedule(view);
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        for (Change change : changes) {
            switch (change.kind()) {
                case NODE -> nodeChanged((Node) change.before(), (Node) change.after());
                case TASK -> taskChanged((Task) change.before(), (Task) change.after());
                default -> backlog.forgetNeeds();
            }
        }
        schedule(view);
    }

    /** There is a strategy of this name now. */
    void strategyCame(String name) {
        timers.after(Duration.ZERO, () -> {
            backlog.wake(waiting -> waiting.needs(needs -> needs.strategy().equals(name)));
            schedule(store.view());
        });
    }

    /** What is known of the nodes; it goes on changing. */
    NodeIndex index() {
        return index;
    }

    private void nodeChanged(Node before, Node after) {
        if (after == null) {
            index.removeNode(before.getId());
        } else {
            index.put(after);
        }
        if (before == null || after == null || differ(before, after)) {
            backlog.wake(waiting -> true);
            backlog.wakeHere(before == null ? after.getId() : before.getId());
        }
    }

    /** Whether a filter may judge them differently. */
    private static boolean differ(Node before, Node after) {
        return before.getStatus().getState() != after.getStatus().getState()
                || !before.getStatus().getAddr().equals(after.getStatus().getAddr())
                || before.getRole() != after.getRole()
                || !before.getSpec().equals(after.getSpec())
                || !before.getDescription().equals(after.getDescription());
    }

    private void taskChanged(Task before, Task after) {
        if (after == null) {
            index.removeTask(before.getId());
            backlog.remove(before.getId());
            unwanted.remove(before.getId());
        } else {
            failures.note(before, after);
            take(after);
        }
        if (before != null && makesRoom(before, after)) {
            roomier.add(before.getNodeId());
        }
    }

    private static boolean makesRoom(Task before, Task after) {
        return NodeInfo.holdsResources(before) && (after == null || !NodeInfo.holdsResources(after))
                || NodeInfo.active(before) && (after == null || !NodeInfo.active(after));
    }

    private void take(Task task) {
        index.put(task);
        sort(task);
    }

    private void sort(Task task) {
        boolean pending = task.getStatus().getState() == TaskState.PENDING;
        if (pending && NodeInfo.active(task)) {
            backlog.put(task);
        } else {
            backlog.remove(task.getId());
        }
        if (pending && !NodeInfo.active(task)) {
            unwanted.put(task.getId(), task);
        } else {
            unwanted.remove(task.getId());
        }
    }

    private void schedule(View view) throws InterruptedException {
        failures.forget(timers.now());
        Placer placer = new Placer(index, strategies, failures);
        wakeWhereRoomAppeared(placer);
        Decisions decisions = new Decisions(store, timers.now());
        unwanted.values().forEach(decisions::abandon);
        unwanted.clear();
        for (Waiting waiting : backlog.takeDue()) {
            place(waiting, view, placer, decisions);
        }
        for (Task dropped : decisions.commit()) {
            index.removeTask(dropped.getId());
            store.view().tasks().get(dropped.getId()).ifPresent(this::take);
        }
    }

    private void wakeWhereRoomAppeared(Placer placer) {
        if (roomier.isEmpty()) {
            return;
        }
        roomier.forEach(backlog::wakeHere);
        backlog.wake(waiting -> waiting.needs(needs -> roomier.stream().anyMatch(node -> placer.takes(node, needs))));
        roomier.clear();
    }

    private void place(Waiting waiting, View view, Placer placer, Decisions decisions) {
        if (!waiting.blocked()) {
            String reason = fill(waiting, view, placer, decisions);
            if (!waiting.isEmpty()) {
                backlog.block(waiting, reason);
            }
        }
        waiting.takeUntold().forEach(task -> decisions.explain(task, waiting.reason()));
    }

    /** @return why tasks are left over, if any are */
    private String fill(Waiting waiting, View view, Placer placer, Decisions decisions) {
        try {
            TaskNeeds needs = waiting.needs(view);
            Offers offers = placer.offers(waiting.group(), needs);
            for (Task task = waiting.first(); task != null; task = waiting.first()) {
                NodeInfo node = offers.next();
                if (node == null) {
                    return placer.refusal(waiting.group(), needs);
                }
                index.put(decisions.assign(task, node));
                backlog.remove(task.getId());
            }
            return "";
        } catch (InvalidConstraintException | StrategyException e) {
            return e.getMessage();
        }
    }

    @Override
    public String toString() {
        return "scheduler";
    }
}
