package org.skep.orchestrator;

import java.util.EnumMap;
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
    private final Due due = new Due();
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
        view.tasks().all().stream().map(Task::getServiceId).distinct().forEach(due::add);
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
            // What is over was deleted by us.
            if (TaskStates.wanted(before)) {
                due.add(before.getServiceId());
            }
            return;
        }
        boolean otherWish = before != null && before.getDesiredState() != after.getDesiredState();
        boolean otherState = before == null
                || before.getStatus().getState() != after.getStatus().getState();
        if (otherState && TaskStates.running(after)) {
            view.services()
                    .get(after.getServiceId())
                    .filter(ServiceLoop::someoneWaits)
                    .ifPresent(service -> due.add(service, after));
        } else if (otherWish || otherState && TaskStates.ended(after)) {
            view.services().get(after.getServiceId()).ifPresent(service -> due.add(service, after));
        }
    }

    /** Thousands of tasks that come up are no reason to look at each of their slots, unless something follows. */
    private static boolean someoneWaits(Service service) {
        return UpdateStates.underWay(service) || startsFirst(service.getSpec());
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
        for (Task task : view.tasks().onNode(change.id())) {
            view.services().get(task.getServiceId()).ifPresent(service -> due.add(service, task));
        }
        for (Service service : view.services().all()) {
            if (service.getSpec().hasGlobal() || service.getSpec().hasGlobalJob()) {
                due.add(service.getId());
            }
        }
    }

    private static boolean sameForTasks(Node before, Node after) {
        return before.getSpec().equals(after.getSpec())
                && before.getStatus().equals(after.getStatus())
                && before.getDescription().equals(after.getDescription())
                && before.getRole() == after.getRole();
    }

    private void work() throws InterruptedException {
        for (Due.Look next = due.next(); next != null; next = due.next()) {
            look(next);
        }
    }

    private void look(Due.Look look) throws InterruptedException {
        View view = store.view();
        Service service = view.services().get(look.serviceId()).orElse(null);
        if (service == null) {
            updates.forget(look.serviceId());
            removeTasks(look.serviceId());
            return;
        }
        Mode mode = modes.get(service.getSpec().getModeCase());
        if (mode == null) {
            return;
        }
        boolean whole = look.whole() || mode.isJob();
        if (whole || !tend(view, service, look.slots(), mode)) {
            reconcile(view, service, mode);
        }
    }

    /** @return whether it was enough to look at these slots */
    private boolean tend(View view, Service service, Set<SlotKey> slots, Mode mode) throws InterruptedException {
        Plan plan = Plan.of(view, service, timers.now(), slots);
        if (!plan.slots().values().stream().allMatch(Slot::filled)) {
            return false;
        }
        plan.slots().values().forEach(slot -> mode.tend(plan, slot));
        plan.commit(store);
        return !UpdateStates.underWay(service) || updates.proceed(service, slots);
    }

    private void reconcile(View view, Service service, Mode mode) throws InterruptedException {
        Plan plan = new Plan(view, service, timers.now());
        mode.reconcile(plan);
        plan.commit(store);
        if (mode.isJob()) {
            return;
        }
        if (plan.isEmpty()) {
            updates.proceed(service, mode);
        } else {
            // What follows from that is for another look.
            due.add(service.getId());
        }
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
