package org.skep.orchestrator;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.skep.protocol.Cluster;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Loop.Timer;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/** Deletes tasks that nobody needs any more, keeping some of each slot's past. */
final class Reaper implements Reconciler {

    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final int DIRTY_LIMIT = 1000;
    private static final long DEFAULT_HISTORY = 5;

    private final Store store;
    /** Tasks that have ended, or are not wanted: only they can have made something superfluous. */
    private final Set<String> suspects = new LinkedHashSet<>();
    /** Services whose whole past has to be looked at. */
    private final Set<String> services = new LinkedHashSet<>();

    private Timer next;
    private Timers timers;

    Reaper(Store store) {
        this.store = store;
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        suspects.clear();
        services.clear();
        next = null;
        view.tasks().all().forEach(this::note);
        reap();
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        for (Change change : changes) {
            if (change.kind() == Kind.TASK && !change.deleted()) {
                note((Task) change.after());
            } else if (change.kind() == Kind.NODE && change.deleted()) {
                view.tasks().onNode(change.id()).forEach(this::note);
            } else if (change.kind() == Kind.SERVICE && updateEnded(change)) {
                services.add(change.id());
            } else if (change.kind() == Kind.CLUSTER && otherLimit(change)) {
                view.services().all().forEach(service -> services.add(service.getId()));
            }
        }
        if (suspects.size() >= DIRTY_LIMIT) {
            reap();
        } else if (next == null && !(suspects.isEmpty() && services.isEmpty())) {
            next = timers.after(INTERVAL, this::reap);
        }
    }

    private void note(Task task) {
        if (!TaskStates.wanted(task) || task.getStatus().getState() == TaskState.ORPHANED) {
            suspects.add(task.getId());
        }
    }

    private static boolean updateEnded(Change change) {
        return change.before() != null
                && change.after() != null
                && UpdateStates.underWay((Service) change.before())
                && !UpdateStates.underWay((Service) change.after());
    }

    private static boolean otherLimit(Change change) {
        return change.before() == null
                || change.after() == null
                || limit((Cluster) change.before()) != limit((Cluster) change.after());
    }

    private void reap() throws InterruptedException {
        if (next != null) {
            next.cancel();
            next = null;
        }
        View view = store.view();
        Set<String> superfluous = new LinkedHashSet<>();
        Due slots = new Due();
        services.forEach(slots::add);
        for (String id : suspects) {
            Task task = view.tasks().get(id).orElse(null);
            if (task != null && gone(task, view)) {
                superfluous.add(id);
            } else if (task != null) {
                view.services().get(task.getServiceId()).ifPresent(service -> slots.add(service, task));
            }
        }
        suspects.clear();
        services.clear();
        for (Due.Look look = slots.next(); look != null; look = slots.next()) {
            superfluous.addAll(past(look, view));
        }
        Batches.update(store, List.copyOf(superfluous), (tx, id) -> tx.delete(Kind.TASK, id));
    }

    /** It is to be removed, or has no slot whose past it could be, and nobody has to be told any more. */
    private static boolean gone(Task task, View view) {
        boolean orphan = task.getServiceId().isEmpty() && task.getStatus().getState() == TaskState.ORPHANED;
        return orphan || TaskStates.leaving(task) && over(task, view);
    }

    private static List<String> past(Due.Look look, View view) {
        Service service = view.services().get(look.serviceId()).orElse(null);
        if (service == null || !hasPast(service)) {
            return List.of();
        }
        Collection<Slot> slots = look.whole()
                ? Slot.of(service, view).values()
                : look.slots().stream()
                        .flatMap(key -> Slot.of(service, view, key).stream())
                        .toList();
        return slots.stream()
                .flatMap(slot -> past(slot, service, view).stream())
                .toList();
    }

    /** What a job has done is its result. What an update has tried tells how it stands, and stays until it is over. */
    private static boolean hasPast(Service service) {
        return (service.getSpec().hasReplicated() || service.getSpec().hasGlobal()) && !UpdateStates.underWay(service);
    }

    private static boolean over(Task task, View view) {
        return TaskStates.unassigned(task)
                || TaskStates.ended(task)
                || view.nodes().get(task.getNodeId()).isEmpty();
    }

    /** What is left of a slot's past when its newest part is kept. */
    private static List<String> past(Slot slot, Service service, View view) {
        long keep = history(slot, service, view);
        List<Task> past = slot.tasks().stream()
                .filter(task -> !TaskStates.wanted(task) && over(task, view))
                .toList();
        if (keep < 0 || past.size() <= keep) {
            return List.of();
        }
        return past.stream().limit(past.size() - keep).map(Task::getId).toList();
    }

    /** Restart limits are counted in the past, so as much of it as they need is kept. */
    private static long history(Slot slot, Service service, View view) {
        long limit = view.cluster().map(Reaper::limit).orElse(DEFAULT_HISTORY);
        if (limit < 0) {
            return limit;
        }
        long attempts = slot.newest().getSpec().getRestart().getMaxAttempts();
        long needed = attempts == 0 ? 0 : attempts + 1;
        // The last task of a slot that is over says that the slot needs no other, and one that an update tried in vain
        // that it need not try again.
        boolean upToDate =
                slot.wanted().stream().anyMatch(task -> task.getSpecVersion().equals(service.getSpecVersion()));
        return Math.max(limit, Math.max(needed, upToDate ? 0 : 1));
    }

    private static long limit(Cluster cluster) {
        return cluster.getSpec().hasOrchestration()
                ? cluster.getSpec().getOrchestration().getTaskHistoryRetentionLimit()
                : DEFAULT_HISTORY;
    }
}
