package org.skep.orchestrator;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skep.protocol.Node;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.ServiceSpec.ModeCase;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.store.Change;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/** Decides, service by service, which tasks there should be. */
final class ServiceLoop implements Reconciler {

    private final Store store;
    private final Updates updates;
    private final Map<ModeCase, Mode> modes = new EnumMap<>(ModeCase.class);
    private final Set<String> due = new LinkedHashSet<>();
    private Timers timers;

    ServiceLoop(Store store) {
        this.store = store;
        this.updates = new Updates(store);
        modes.put(ModeCase.REPLICATED, new Replicated());
        modes.put(ModeCase.GLOBAL, new Global());
        modes.put(ModeCase.REPLICATED_JOB, new ReplicatedJob());
        modes.put(ModeCase.GLOBAL_JOB, new GlobalJob());
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
        updates.attach(clock);
    }

    @Override
    public void resync(View view) throws InterruptedException {
        updates.forgetAll();
        due.clear();
        view.services().all().forEach(service -> due.add(service.getId()));
        view.tasks().all().forEach(task -> due.add(task.getServiceId()));
        work();
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        for (Change change : changes) {
            switch (change.kind()) {
                case SERVICE -> due.add(change.id());
                case TASK -> taskChanged(view, (Task) change.before(), (Task) change.after());
                case NODE -> nodeChanged(view, change);
                default -> {}
            }
        }
        work();
    }

    private void taskChanged(View view, Task before, Task after) {
        if (after == null) {
            due.add(before.getServiceId());
            return;
        }
        boolean otherWish = before != null && before.getDesiredState() != after.getDesiredState();
        boolean otherState = before == null
                || before.getStatus().getState() != after.getStatus().getState();
        boolean up = after.getStatus().getState() == TaskState.RUNNING && someoneWaitsFor(after, view);
        if (otherWish || otherState && (up || TaskStates.ended(after))) {
            due.add(after.getServiceId());
        }
    }

    /** Thousands of tasks that come up are no reason to look at their service each time, unless something follows. */
    private static boolean someoneWaitsFor(Task task, View view) {
        return view.services()
                .get(task.getServiceId())
                .filter(service -> UpdateStates.underWay(service) || startsFirst(service.getSpec()))
                .isPresent();
    }

    private static boolean startsFirst(ServiceSpec spec) {
        return spec.getUpdate().getOrder() == UpdateOrder.START_FIRST
                || spec.getRollback().getOrder() == UpdateOrder.START_FIRST;
    }

    private void nodeChanged(View view, Change change) {
        Node before = (Node) change.before();
        Node after = (Node) change.after();
        if (before != null && after != null && sameForTasks(before, after)) {
            return;
        }
        view.tasks().onNode(change.id()).forEach(task -> due.add(task.getServiceId()));
        for (Service service : view.services().all()) {
            if (service.getSpec().hasGlobal() || service.getSpec().hasGlobalJob()) {
                due.add(service.getId());
            }
        }
    }

    static boolean sameForTasks(Node before, Node after) {
        return before.getSpec().equals(after.getSpec())
                && before.getStatus().equals(after.getStatus())
                && before.getDescription().equals(after.getDescription())
                && before.getRole() == after.getRole();
    }

    private void work() throws InterruptedException {
        while (!due.isEmpty()) {
            String id = due.iterator().next();
            due.remove(id);
            if (!id.isEmpty()) {
                reconcile(id);
            }
        }
    }

    private void reconcile(String id) throws InterruptedException {
        View view = store.view();
        Service service = view.services().get(id).orElse(null);
        if (service == null) {
            updates.forget(id);
            removeTasks(id);
            return;
        }
        Mode mode = modes.get(service.getSpec().getModeCase());
        if (mode == null) {
            return;
        }
        Plan plan = new Plan(view, service, timers.now());
        mode.reconcile(plan);
        if (!plan.isEmpty()) {
            plan.commit(store);
            // What follows is planned when this is known to be done: its changes make the service due again.
            due.add(id);
            return;
        }
        updates.proceed(plan, mode);
    }

    private void removeTasks(String serviceId) throws InterruptedException {
        List<String> tasks = store.view().tasks().ofService(serviceId).stream()
                .filter(task -> !TaskStates.leaving(task))
                .map(Task::getId)
                .toList();
        Batches.update(store, tasks, (tx, id) -> tx.tasks()
                .get(id)
                .filter(task -> !TaskStates.leaving(task))
                .ifPresent(task -> tx.update(
                        task.toBuilder().setDesiredState(TaskState.REMOVE).build())));
    }
}
