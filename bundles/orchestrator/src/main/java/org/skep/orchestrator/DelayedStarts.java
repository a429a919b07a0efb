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
import java.util.function.Consumer;
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
 * Tasks that are getting ready and wait for their turn: until their delay has passed and their predecessor is out of the
 * way. Everything needed can be worked out again from the tasks, so a new leader takes over where the old one stopped.
 */
final class DelayedStarts implements Reconciler {

    private static final Duration PATIENCE_WITH_PREDECESSOR = Duration.ofSeconds(60);

    private final Store store;
    private final Map<String, Entry> entries = new HashMap<>();
    private Consumer<String> done = service -> {};
    private Timers timers;

    DelayedStarts(Store store) {
        this.store = store;
    }

    /**
     * A task that has to wait.
     *
     * @param predecessors tasks that have to be out of the way
     */
    record Start(String taskId, String serviceId, Duration delay, Set<String> predecessors) {}

    private record Entry(Start start, Instant due, Instant patienceEnds) {}

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    /** @param listener told of a service when one of its tasks has had its turn */
    void onDone(Consumer<String> listener) {
        done = listener;
    }

    /** Whether a task's delay has still to pass; a task that fails meanwhile is not replaced before it has. */
    boolean delayed(String taskId) {
        Entry entry = entries.get(taskId);
        return entry != null && timers.now().isBefore(entry.due());
    }

    void add(Collection<Start> starts) throws InterruptedException {
        for (Start start : starts) {
            Instant now = timers.now();
            entries.put(start.taskId(), new Entry(start, now.plus(start.delay()), now.plus(PATIENCE_WITH_PREDECESSOR)));
            timers.after(start.delay(), () -> startWhatMay(store.view(), List.of(start.taskId())));
            if (!start.predecessors().isEmpty()) {
                timers.after(PATIENCE_WITH_PREDECESSOR, () -> startWhatMay(store.view(), List.of(start.taskId())));
            }
        }
    }

    @Override
    public void resync(View view) throws InterruptedException {
        entries.clear();
        List<Start> starts = new ArrayList<>();
        for (Task task : view.tasks().all()) {
            if (task.getDesiredState() == TaskState.READY) {
                starts.add(recover(task, view));
            }
        }
        add(starts);
    }

    /** Works out what a task waits for: a restart for its delay, a task of an update for its predecessor only. */
    private Start recover(Task task, View view) {
        List<Task> predecessors = view.tasks().ofService(task.getServiceId()).stream()
                .filter(other -> SlotKey.of(other).equals(SlotKey.of(task)))
                .filter(other -> !other.getId().equals(task.getId()) && !TaskStates.wanted(other))
                .toList();
        boolean delayed = predecessors.stream()
                .filter(other -> other.getSpecVersion().equals(task.getSpecVersion()))
                .max(TaskStates.OLDEST_FIRST)
                .filter(last -> !TaskStates.displaced(last, view))
                .isPresent();
        Instant created = Times.instant(task.getMeta().getCreatedAt());
        Duration left = delayed ? Duration.between(timers.now(), created.plus(RestartRule.delay(task))) : Duration.ZERO;
        return new Start(
                task.getId(),
                task.getServiceId(),
                left.isNegative() ? Duration.ZERO : left,
                predecessors.stream().map(Task::getId).collect(Collectors.toSet()));
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        if (entries.isEmpty()) {
            return;
        }
        boolean nodes = false;
        Set<String> tasks = new LinkedHashSet<>();
        for (Change change : changes) {
            nodes |= change.kind() == Kind.NODE;
            if (change.kind() == Kind.TASK) {
                tasks.add(change.id());
            }
        }
        List<String> affected = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (nodes
                    || tasks.contains(entry.start().taskId())
                    || entry.start().predecessors().stream().anyMatch(tasks::contains)) {
                affected.add(entry.start().taskId());
            }
        }
        startWhatMay(view, affected);
    }

    private void startWhatMay(View view, List<String> candidates) throws InterruptedException {
        List<String> ready = new ArrayList<>();
        Set<String> services = new LinkedHashSet<>();
        for (String id : candidates) {
            Entry entry = entries.get(id);
            if (entry == null) {
                continue;
            }
            Task task = view.tasks().get(id).orElse(null);
            if (task == null || task.getDesiredState() != TaskState.READY) {
                entries.remove(id);
            } else if (!timers.now().isBefore(entry.due()) && (TaskStates.ended(task) || free(entry, view))) {
                entries.remove(id);
                ready.add(id);
                services.add(entry.start().serviceId());
            }
        }
        Batches.update(store, ready, (tx, id) -> tx.tasks()
                .get(id)
                .filter(task -> task.getDesiredState() == TaskState.READY)
                .ifPresent(task -> tx.update(
                        task.toBuilder().setDesiredState(TaskState.RUNNING).build())));
        services.forEach(done);
    }

    private boolean free(Entry entry, View view) {
        return !timers.now().isBefore(entry.patienceEnds())
                || entry.start().predecessors().stream()
                        .flatMap(id -> view.tasks().get(id).stream())
                        .allMatch(task -> TaskStates.outOfTheWay(task, view));
    }
}
