package org.skep.orchestrator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/**
 * Rejects tasks on nodes that changed so that they would not be placed there today. Where there is not room for all, the
 * oldest stay. Paused and drained nodes are not looked at: from the one nothing is taken, from the other everything is.
 */
final class Enforcer implements Reconciler {

    private static final String REASON = "assigned node no longer meets constraints";

    private final Store store;
    private Timers timers;

    Enforcer(Store store) {
        this.store = store;
    }

    /** Whether it is an enforcer, and not a node, that rejected the task. */
    static boolean rejected(Task task) {
        return task.getStatus().getState() == TaskState.REJECTED
                && task.getStatus().getErr().equals(REASON);
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        for (Node node : view.nodes().all()) {
            enforce(view, node);
        }
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        Set<String> nodes = new LinkedHashSet<>();
        for (Change change : changes) {
            if (change.kind() == Kind.NODE) {
                nodes.add(change.id());
            }
        }
        for (String id : nodes) {
            Node node = view.nodes().get(id).orElse(null);
            if (node != null) {
                enforce(view, node);
            }
        }
    }

    private void enforce(View view, Node node) throws InterruptedException {
        if (node.getSpec().getAvailability() != Availability.ACTIVE) {
            return;
        }
        NodeRoom room = new NodeRoom(node);
        List<String> rejected = new ArrayList<>();
        List<Task> tasks = view.tasks().onNode(node.getId()).stream()
                .filter(Enforcer::alive)
                .sorted(TaskStates.OLDEST_FIRST)
                .toList();
        for (Task task : tasks) {
            if (!meetsConstraints(view, node, task) || !room.take(task)) {
                rejected.add(task.getId());
            }
        }
        Batches.update(
                store,
                rejected,
                (tx, id) -> tx.tasks().get(id).filter(Enforcer::alive).ifPresent(task -> tx.update(rejecting(task))));
    }

    private static boolean alive(Task task) {
        return TaskStates.wanted(task) && !TaskStates.unassigned(task) && !TaskStates.ended(task);
    }

    /** What each node has one of sees to its constraints itself. */
    private static boolean meetsConstraints(View view, Node node, Task task) {
        Service service = view.services().get(task.getServiceId()).orElse(null);
        return service == null
                || service.getSpec().hasGlobal()
                || service.getSpec().hasGlobalJob()
                || Outdated.meetsConstraints(node, service);
    }

    private Task rejecting(Task task) {
        return task.toBuilder()
                .setStatus(TaskStatus.newBuilder()
                        .setState(TaskState.REJECTED)
                        .setTimestamp(Times.timestamp(timers.now()))
                        .setAppliedAt(Times.timestamp(timers.now()))
                        .setMessage(REASON)
                        .setErr(REASON))
                .build();
    }
}
