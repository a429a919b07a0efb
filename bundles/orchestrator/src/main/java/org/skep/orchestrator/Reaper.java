package org.skep.orchestrator;

import java.time.Duration;
import java.util.ArrayList;
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
    private final Set<String> dirty = new LinkedHashSet<>();
    private final Set<String> lone = new LinkedHashSet<>();
    private int changes;
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
        dirty.clear();
        lone.clear();
        next = null;
        view.tasks().all().forEach(this::taskChanged);
        reap();
    }

    @Override
    public void changed(View view, List<Change> events) throws InterruptedException {
        for (Change change : events) {
            if (change.kind() == Kind.TASK && !change.deleted()) {
                taskChanged((Task) change.after());
            } else if (change.kind() == Kind.NODE && change.deleted()) {
                view.tasks().onNode(change.id()).forEach(this::taskChanged);
            } else if (change.kind() == Kind.SERVICE && updateEnded(change)) {
                dirty.add(change.id());
                changes++;
            } else if (change.kind() == Kind.CLUSTER && otherLimit(change)) {
                view.services().all().forEach(service -> dirty.add(service.getId()));
                changes++;
            }
        }
        if (changes >= DIRTY_LIMIT) {
            reap();
        } else if (changes > 0 && next == null) {
            next = timers.after(INTERVAL, this::reap);
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

    /** Only what is over, or not wanted, can have made something superfluous. */
    private void taskChanged(Task task) {
        if (!TaskStates.wanted(task)) {
            if (task.getServiceId().isEmpty()) {
                lone.add(task.getId());
            } else {
                dirty.add(task.getServiceId());
            }
            changes++;
        }
    }

    private void reap() throws InterruptedException {
        if (next != null) {
            next.cancel();
            next = null;
        }
        changes = 0;
        View view = store.view();
        List<String> superfluous = new ArrayList<>();
        for (String service : dirty) {
            superfluous.addAll(superfluous(view, service));
        }
        for (String task : lone) {
            view.tasks().get(task).filter(found -> goneAlone(found, view)).ifPresent(found -> superfluous.add(task));
        }
        dirty.clear();
        lone.clear();
        Batches.update(store, superfluous, (tx, id) -> tx.delete(Kind.TASK, id));
    }

    private static List<String> superfluous(View view, String serviceId) {
        List<String> found = new ArrayList<>();
        for (Task task : view.tasks().ofService(serviceId)) {
            if (TaskStates.leaving(task) && over(task, view)) {
                found.add(task.getId());
            }
        }
        view.services().get(serviceId).filter(Reaper::hasPast).ifPresent(service -> Slot.of(service, view)
                .values()
                .forEach(slot -> found.addAll(past(slot, service, view))));
        return found;
    }

    /** What a job has done is its result. What an update has tried tells how it stands, and stays until it is over. */
    private static boolean hasPast(Service service) {
        return (service.getSpec().hasReplicated() || service.getSpec().hasGlobal()) && !UpdateStates.underWay(service);
    }

    /** A task of no service has no slot whose past it could be. */
    private static boolean goneAlone(Task task, View view) {
        return task.getStatus().getState() == TaskState.ORPHANED || TaskStates.leaving(task) && over(task, view);
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
