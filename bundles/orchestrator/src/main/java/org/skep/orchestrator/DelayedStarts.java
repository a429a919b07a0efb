package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/**
 * Tasks that are getting ready and wait for their turn: until their time has come and their predecessors are out of the
 * way. All of it is in the tasks themselves, so a new leader takes over where the old one stopped.
 */
final class DelayedStarts implements Reconciler {

    private static final Duration PATIENCE_WITH_PREDECESSOR = Duration.ofSeconds(60);

    private final Store store;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, String> byPredecessor = new HashMap<>();
    private Timers timers;

    DelayedStarts(Store store) {
        this.store = store;
    }

    private record Entry(Instant due, Instant patienceEnds, Set<String> predecessors) {}

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        entries.clear();
        byPredecessor.clear();
        consider(view, view.tasks().all());
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        Set<String> affected = new LinkedHashSet<>();
        List<Task> news = new ArrayList<>();
        for (Change change : changes) {
            if (change.kind() == Kind.NODE) {
                affected.addAll(entries.keySet());
            } else if (change.kind() == Kind.TASK) {
                if (entries.containsKey(change.id())) {
                    affected.add(change.id());
                } else if (!change.deleted()) {
                    news.add((Task) change.after());
                }
                String successor = byPredecessor.get(change.id());
                if (successor != null) {
                    affected.add(successor);
                }
            }
        }
        startWhatMay(view, affected);
        consider(view, news);
    }

    /** Takes in those that have to wait. */
    private void consider(View view, Collection<Task> tasks) throws InterruptedException {
        List<String> waiting = new ArrayList<>();
        for (Task task : tasks) {
            if (task.getDesiredState() == TaskState.READY) {
                view.services()
                        .get(task.getServiceId())
                        .flatMap(service -> Slot.of(service, view, SlotKey.of(task, service)))
                        .ifPresent(slot -> enter(task, slot));
                waiting.add(task.getId());
            }
        }
        startWhatMay(view, waiting);
    }

    private void enter(Task task, Slot slot) {
        Set<String> predecessors = slot.tasks().stream()
                .filter(other -> !TaskStates.wanted(other))
                .map(Task::getId)
                .collect(Collectors.toSet());
        Entry entry = new Entry(
                Times.instant(task.getCrashLoop().getNextTry()),
                TaskStates.created(task).plus(PATIENCE_WITH_PREDECESSOR),
                predecessors);
        entries.put(task.getId(), entry);
        predecessors.forEach(predecessor -> byPredecessor.put(predecessor, task.getId()));
        wake(task.getId(), entry.due());
        if (!predecessors.isEmpty()) {
            wake(task.getId(), entry.patienceEnds());
        }
    }

    private void wake(String taskId, Instant moment) {
        Duration delay = Duration.between(timers.now(), moment);
        if (!delay.isNegative() && !delay.isZero()) {
            timers.after(delay, () -> startWhatMay(store.view(), List.of(taskId)));
        }
    }

    private void startWhatMay(View view, Collection<String> candidates) throws InterruptedException {
        List<String> ready = new ArrayList<>();
        for (String id : candidates) {
            Entry entry = entries.get(id);
            if (entry == null) {
                continue;
            }
            Task task = view.tasks().get(id).orElse(null);
            if (task == null || task.getDesiredState() != TaskState.READY) {
                forget(id, entry);
            } else if (!timers.now().isBefore(entry.due()) && (TaskStates.ended(task) || free(entry, view))) {
                forget(id, entry);
                ready.add(id);
            }
        }
        Batches.update(store, ready, (tx, id) -> tx.tasks()
                .get(id)
                .filter(task -> task.getDesiredState() == TaskState.READY)
                .ifPresent(task -> tx.update(TaskStates.started(task))));
    }

    private void forget(String id, Entry entry) {
        entries.remove(id);
        entry.predecessors().forEach(predecessor -> byPredecessor.remove(predecessor, id));
    }

    private boolean free(Entry entry, View view) {
        return !timers.now().isBefore(entry.patienceEnds())
                || entry.predecessors().stream()
                        .flatMap(id -> view.tasks().get(id).stream())
                        .allMatch(task -> TaskStates.outOfTheWay(task, view));
    }
}
