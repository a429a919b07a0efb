package org.skep.orchestrator;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.skep.protocol.Node;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec.ModeCase;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Change;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/** Decides, service by service, which tasks there should be. */
final class ServiceLoop implements Reconciler {

    private final Store store;
    private final DelayedStarts starts;
    private final Updates updates;
    private final Mode replicated;
    private final Mode global;
    private final Set<String> due = new LinkedHashSet<>();
    private Timers timers;

    ServiceLoop(Store store, DelayedStarts starts) {
        this.store = store;
        this.starts = starts;
        this.updates = new Updates(store, starts);
        Restarts restarts = new Restarts(starts);
        this.replicated = new Replicated(restarts);
        this.global = new Global(restarts);
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

    /** Looks at a service again when its turn comes, because something happened that the store does not show. */
    void touch(String serviceId) {
        timers.after(Duration.ZERO, () -> {
            due.add(serviceId);
            work();
        });
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        for (Change change : changes) {
            switch (change.kind()) {
                case SERVICE -> due.add(change.id());
                case TASK -> taskChanged((Task) change.before(), (Task) change.after());
                case NODE -> nodeChanged(view, change);
                default -> {}
            }
        }
        work();
    }

    private void taskChanged(Task before, Task after) throws InterruptedException {
        if (after == null) {
            due.add(before.getServiceId());
            return;
        }
        boolean otherWish = before != null && before.getDesiredState() != after.getDesiredState();
        boolean upOrOver = after.getStatus().getState().getNumber() >= TaskState.RUNNING_VALUE
                && (before == null
                        || before.getStatus().getState() != after.getStatus().getState());
        if (upOrOver) {
            updates.observe(after);
        }
        if (otherWish || upOrOver) {
            due.add(after.getServiceId());
        }
    }

    private void nodeChanged(View view, Change change) {
        Node before = (Node) change.before();
        Node after = (Node) change.after();
        if (before != null && after != null && sameForTasks(before, after)) {
            return;
        }
        view.tasks().onNode(change.id()).forEach(task -> due.add(task.getServiceId()));
        view.services().all().stream()
                .filter(service -> service.getSpec().getModeCase() == ModeCase.GLOBAL)
                .forEach(service -> due.add(service.getId()));
    }

    private static boolean sameForTasks(Node before, Node after) {
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
        Service service = store.view().services().get(id).orElse(null);
        if (service == null) {
            updates.forget(id);
            removeTasks(id);
            return;
        }
        Optional<Mode> mode = mode(service);
        if (mode.isEmpty()) {
            return;
        }
        Draft draft;
        do {
            draft = store.update(tx -> reconcile(new Draft(tx, timers.now()), id, mode.get()));
            starts.add(draft.starts());
        } while (draft.full());
        updates.proceed(store.view(), id, mode.get());
    }

    private static Draft reconcile(Draft draft, String id, Mode mode) {
        draft.view().services().get(id).ifPresent(service -> mode.reconcile(draft, service));
        return draft;
    }

    /** Jobs are not for here. */
    private Optional<Mode> mode(Service service) {
        return switch (service.getSpec().getModeCase()) {
            case REPLICATED -> Optional.of(replicated);
            case GLOBAL -> Optional.of(global);
            default -> Optional.empty();
        };
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
