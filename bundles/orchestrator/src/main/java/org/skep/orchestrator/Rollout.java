package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateConfig.FailureAction;

/**
 * How far the replacement of a service's tasks has come, and how it goes on. Worked out from the tasks each time, so it
 * makes no difference who does it.
 */
final class Rollout {

    private final Plan plan;
    private final UpdateRules rules;
    private final List<SlotUpdate> waiting = new ArrayList<>();
    private final List<SlotUpdate> begun = new ArrayList<>();

    private Rollout(Plan plan) {
        this.plan = plan;
        this.rules = UpdateRules.of(plan.service());
    }

    static Rollout of(Plan plan, Mode mode) {
        Rollout rollout = new Rollout(plan);
        Service service = plan.service();
        // Without a status nothing was tried yet, so what ended is no part of it.
        Instant began = service.hasUpdateStatus()
                ? Times.instant(service.getUpdateStatus().getStartedAt())
                : plan.now();
        for (Slot slot : plan.slots().values()) {
            SlotUpdate update = SlotUpdate.of(slot, service, plan.view(), began);
            if (update.waiting() && mode.updatable(plan.view(), service, slot)) {
                rollout.waiting.add(update);
            } else if (update.begun()) {
                rollout.begun.add(update);
            }
        }
        return rollout;
    }

    FailureAction onFailure() {
        return rules.onFailure();
    }

    /** Whether a service whose last update is over, or that had none, needs one. */
    boolean needed() {
        return !waiting.isEmpty()
                || !plan.service().hasUpdateStatus() && begun.stream().anyMatch(SlotUpdate::dirty);
    }

    /** The failure that is one too many. */
    Optional<Task> failure() {
        List<Task> failed = begun.stream()
                .flatMap(slot -> slot.failure(rules.monitor()).stream())
                .toList();
        boolean tooMany = (double) failed.size() / (begun.size() + waiting.size()) > rules.maxFailureRatio();
        return tooMany ? failed.stream().max(Comparator.comparing(TaskStates::since)) : Optional.empty();
    }

    /** A new task that should run by now. */
    Optional<Task> overdue() {
        return deadlines()
                .filter(deadline -> !plan.now().isBefore(deadline.moment()))
                .map(Deadline::task)
                .findFirst();
    }

    UpdateRules rules() {
        return rules;
    }

    private record Deadline(Task task, Instant moment) {}

    private Stream<Deadline> deadlines() {
        return begun.stream()
                .filter(slot -> slot.turned().isEmpty())
                .flatMap(slot -> slot.gettingUp().stream())
                .flatMap(task -> rules.maxWait().stream()
                        .map(wait -> new Deadline(task, TaskStates.created(task).plus(wait))));
    }

    /** Whether all is replaced and has been watched long enough. */
    boolean done() {
        return waiting.isEmpty()
                && begun.stream().noneMatch(this::active)
                && !plan.now().isBefore(watchEnds());
    }

    private boolean active(SlotUpdate slot) {
        return slot.turned()
                .map(turned -> plan.now().isBefore(turned.plus(rules.delay())))
                .orElse(true);
    }

    private Instant watchEnds() {
        Duration rest = rules.delay().plus(rules.lastWatch());
        return turns().max(Comparator.naturalOrder())
                .map(last -> last.plus(rest))
                .orElse(Instant.MIN);
    }

    private Stream<Instant> turns() {
        return begun.stream().flatMap(slot -> slot.turned().stream());
    }

    /** When the passing of time alone leads on. */
    Optional<Instant> nextMoment() {
        Stream<Instant> rests = turns().map(turned -> turned.plus(rules.delay()));
        Stream<Instant> monitored = begun.isEmpty() ? Stream.empty() : Stream.of(watchEnds());
        return Stream.of(rests, deadlines().map(Deadline::moment), monitored)
                .flatMap(moments -> moments)
                .filter(plan.now()::isBefore)
                .min(Comparator.naturalOrder());
    }

    /** Plans what can be done for now. */
    void goOn() {
        if (!rules.startFirst()) {
            begun.stream()
                    .filter(slot -> slot.gettingUp().isPresent())
                    .flatMap(slot -> slot.old().stream())
                    .forEach(task -> plan.desire(task, TaskState.SHUTDOWN));
        }
        long active = begun.stream().filter(this::active).count();
        long room = rules.parallelism() == 0 ? waiting.size() : Math.max(0, rules.parallelism() - active);
        waiting.stream()
                // What does not run anyway comes first.
                .sorted(Comparator.comparing(
                        (SlotUpdate update) -> update.slot().running()))
                .limit(room)
                .forEach(update -> begin(update.slot()));
    }

    private void begin(Slot slot) {
        if (rules.startFirst()) {
            plan.create(slot.key(), TaskState.RUNNING);
        } else {
            plan.replace(slot.wanted(), plan.make(slot.key(), TaskState.READY));
        }
    }
}
