package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.store.View;

/**
 * Replaces the tasks of a service slot by slot. It has no thread: {@link #step} is called whenever something may have
 * happened, and says when it wants to be called next.
 */
final class RollingUpdate {

    private final Service service;
    private final UpdateRules rules;
    private final Mode mode;
    private final Deque<SlotKey> queue;
    private final int slots;
    private final List<Replacement> active = new ArrayList<>();
    private final Map<String, Instant> watched = new HashMap<>();
    private final Set<String> failed = new HashSet<>();
    private Instant lastSlotDone;

    RollingUpdate(Service service, boolean rollback, Mode mode, Collection<SlotKey> dirty) {
        this.service = service;
        this.rules = UpdateRules.of(service, rollback);
        this.mode = mode;
        this.queue = new ArrayDeque<>(dirty);
        this.slots = dirty.size();
    }

    /** A slot that is being worked on, until {@code restUntil} if its new task is up. */
    private static final class Replacement {

        private final SlotKey slot;
        private final String taskId;
        private Instant restUntil;

        Replacement(SlotKey slot, String taskId) {
            this.slot = slot;
            this.taskId = taskId;
        }
    }

    /** What became of a step. */
    enum Progress {
        GOING_ON,
        DONE
    }

    /** Whether this update leads to what the service wants now. */
    boolean leadsTo(Service current) {
        return current.getSpec().getTask().equals(service.getSpec().getTask())
                && current.getSpec().getEndpoint().equals(service.getSpec().getEndpoint())
                && current.getSpec().getUpdate().equals(service.getSpec().getUpdate())
                && current.getSpec().getRollback().equals(service.getSpec().getRollback());
    }

    UpdateRules rules() {
        return rules;
    }

    /** Draws conclusions from a task's new state. Returns the task if its end counts as a failure of this update. */
    Optional<Task> observe(Task task, Instant now) {
        if (!watched.containsKey(task.getId()) || failed.contains(task.getId())) {
            return Optional.empty();
        }
        Instant runningSince = watched.get(task.getId());
        if (TaskStates.running(task) && runningSince == null) {
            watched.put(task.getId(), now);
        }
        boolean inTime = runningSince == null || !now.isAfter(runningSince.plus(rules.monitor()));
        if (!endedByItself(task) || !inTime) {
            return Optional.empty();
        }
        failed.add(task.getId());
        return Optional.of(task);
    }

    private static boolean endedByItself(Task task) {
        TaskState state = task.getStatus().getState();
        return state == TaskState.COMPLETE || state == TaskState.FAILED || state == TaskState.REJECTED;
    }

    boolean tooManyFailures() {
        return (double) failed.size() / slots > rules.maxFailureRatio();
    }

    /** Goes on as far as possible for now. */
    Progress step(Draft draft) {
        View view = draft.view();
        Service current = view.services().get(service.getId()).orElse(service);
        for (Iterator<Replacement> all = active.iterator(); all.hasNext(); ) {
            if (finished(draft, all.next())) {
                all.remove();
                lastSlotDone = draft.now();
            }
        }
        while (!queue.isEmpty() && hasRoom() && !draft.full()) {
            begin(draft, current, queue.poll());
        }
        if (!queue.isEmpty() || !active.isEmpty()) {
            return Progress.GOING_ON;
        }
        return lastSlotDone == null || !draft.now().isBefore(watchEnds()) ? Progress.DONE : Progress.GOING_ON;
    }

    private boolean hasRoom() {
        return rules.parallelism() == 0 || active.size() < rules.parallelism();
    }

    private Instant watchEnds() {
        return lastSlotDone.plus(rules.lastWatch());
    }

    /** When the passing of time alone leads on. */
    Optional<Instant> nextMoment() {
        if (queue.isEmpty() && active.isEmpty()) {
            return Optional.ofNullable(lastSlotDone).map(last -> watchEnds());
        }
        return active.stream()
                .flatMap(replacement -> Optional.ofNullable(replacement.restUntil).stream())
                .min(Instant::compareTo);
    }

    private boolean finished(Draft draft, Replacement replacement) {
        if (replacement.restUntil == null) {
            Optional<Task> task = draft.view().tasks().get(replacement.taskId);
            boolean up = task.map(t -> TaskStates.running(t) || TaskStates.ended(t) || !TaskStates.wanted(t))
                    .orElse(true);
            if (!up) {
                return false;
            }
            if (task.filter(TaskStates::running).isPresent()) {
                stopOthers(draft, tasksOf(draft, replacement.slot), replacement.taskId);
            }
            replacement.restUntil = draft.now().plus(rules.delay());
        }
        return !draft.now().isBefore(replacement.restUntil);
    }

    /** @return the others */
    private static Set<String> stopOthers(Draft draft, Slot slot, String taskId) {
        Set<String> others = new HashSet<>();
        for (Task task : slot.tasks()) {
            if (!task.getId().equals(taskId)) {
                draft.desire(task, TaskState.SHUTDOWN);
                others.add(task.getId());
            }
        }
        return others;
    }

    private void begin(Draft draft, Service current, SlotKey key) {
        Slot slot = tasksOf(draft, key);
        if (slot.tasks().isEmpty()
                || !mode.updatable(draft.view(), current, slot)
                || !slot.dirty(current, draft.view()) && !slot.gettingUp()) {
            return;
        }
        List<Task> wanted = slot.wanted();
        Optional<Task> upToDate = wanted.stream()
                .filter(task -> !TaskStates.ended(task) && !Outdated.test(task, current, draft.view()))
                .findFirst();
        boolean startFirst = rules.order() == UpdateOrder.START_FIRST;
        Task task =
                upToDate.orElseGet(() -> draft.create(current, key, startFirst ? TaskState.RUNNING : TaskState.READY));
        watched.putIfAbsent(task.getId(), null);
        if (!startFirst) {
            Set<String> predecessors = stopOthers(draft, slot, task.getId());
            if (upToDate.isEmpty()) {
                draft.startLater(new DelayedStarts.Start(task.getId(), current.getId(), Duration.ZERO, predecessors));
            }
        }
        active.add(new Replacement(key, task.getId()));
    }

    private Slot tasksOf(Draft draft, SlotKey key) {
        return new Slot(
                key,
                draft.view().tasks().ofService(service.getId()).stream()
                        .filter(task -> SlotKey.of(task).equals(key) && !TaskStates.leaving(task))
                        .toList());
    }
}
