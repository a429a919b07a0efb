package org.skep.orchestrator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.Resources;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec.ModeCase;
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

/** Rejects tasks on nodes that changed so that they would not be placed there today. */
final class Enforcer implements Reconciler {

    private static final String REASON = "assigned node no longer meets constraints";

    private final Store store;
    private Timers timers;

    Enforcer(Store store) {
        this.store = store;
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
        Resources all = node.getDescription().getResources();
        // A node that has not said what it has yet is no reason to stop anything.
        boolean known = all.getNanoCpus() > 0 && all.getMemoryBytes() > 0;
        long cpu = all.getNanoCpus();
        long memory = all.getMemoryBytes();
        List<String> rejected = new ArrayList<>();
        List<Task> tasks = view.tasks().onNode(node.getId()).stream()
                .filter(Enforcer::alive)
                .sorted(TaskStates.OLDEST_FIRST)
                .toList();
        for (Task task : tasks) {
            Resources reserved = task.getSpec().getResources().getReservations();
            boolean fits = !known || reserved.getNanoCpus() <= cpu && reserved.getMemoryBytes() <= memory;
            if (fits && meetsConstraints(view, node, task)) {
                cpu -= reserved.getNanoCpus();
                memory -= reserved.getMemoryBytes();
            } else {
                rejected.add(task.getId());
            }
        }
        Batches.update(
                store,
                rejected,
                (tx, id) -> tx.tasks().get(id).filter(Enforcer::alive).ifPresent(task -> tx.update(rejected(task))));
    }

    private static boolean alive(Task task) {
        return TaskStates.wanted(task) && !TaskStates.unassigned(task) && !TaskStates.ended(task);
    }

    /** Global services see to their constraints themselves. */
    private static boolean meetsConstraints(View view, Node node, Task task) {
        Service service = view.services().get(task.getServiceId()).orElse(null);
        return service == null
                || service.getSpec().getModeCase() == ModeCase.GLOBAL
                || Outdated.meetsConstraints(node, service);
    }

    private Task rejected(Task task) {
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
