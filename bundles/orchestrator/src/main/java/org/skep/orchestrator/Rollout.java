package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

/**
 * How the replacement of a service's tasks goes on from where it is. Worked out each time, so it makes no difference who
 * does it.
 */
final class Rollout {

    private final Plan plan;
    private final UpdateRules rules;
    private final List<SlotUpdate> waiting = new ArrayList<>();
    private final List<SlotUpdate> begun = new ArrayList<>();

    Rollout(Plan plan, Progress progress) {
        this.plan = plan;
        this.rules = progress.rules();
        progress.slots().forEach(slot -> (slot.begun() ? begun : waiting).add(slot));
    }

    /** Whether a service whose last update is over, or that had none, needs one. */
    boolean needed() {
        return !waiting.isEmpty()
                || !plan.service().hasUpdateStatus() && begun.stream().anyMatch(SlotUpdate::dirty);
    }

    /** The failure that is one too many. */
    Optional<Task> failure() {
        List<Task> failed =
                begun.stream().flatMap(slot -> slot.failure().stream()).toList();
        boolean tooMany = (double) failed.size() / (begun.size() + waiting.size()) > rules.maxFailureRatio();
        return tooMany ? failed.stream().max(Comparator.comparing(TaskStates::since)) : Optional.empty();
    }

    private record Deadline(Task task, Instant moment) {}

    /** A new task that should run by now. */
    Optional<Task> overdue() {
        return deadlines()
                .filter(deadline -> !plan.now().isBefore(deadline.moment()))
                .map(Deadline::task)
                .findFirst();
    }

    private Stream<Deadline> deadlines() {
        return rules.maxWait().stream().flatMap(wait -> begun.stream()
                .filter(slot -> slot.turned().isEmpty())
                .flatMap(slot -> slot.gettingUp().stream())
                .map(task -> new Deadline(task, TaskStates.created(task).plus(wait))));
    }

    /** Whether all is replaced and has been watched long enough. */
    boolean done() {
        return waiting.isEmpty()
                && begun.stream().noneMatch(this::active)
                && !plan.now().isBefore(watchEnds());
    }

    private boolean active(SlotUpdate slot) {
        return slot.active(plan.now(), rules.delay());
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
        return Stream.of(rests, deadlines().map(Deadline::moment), Stream.of(watchEnds()))
                .flatMap(moments -> moments)
                .filter(plan.now()::isBefore)
                .min(Comparator.naturalOrder());
    }

    /** Plans what can be done for now. */
    void goOn() {
        if (!rules.startFirst()) {
            begun.stream()
                    .filter(slot -> slot.dirty() && slot.gettingUp().isPresent())
                    .forEach(this::stopOld);
        }
        long active = begun.stream().filter(this::active).count();
        long room = rules.parallelism() == 0 ? waiting.size() : Math.max(0, rules.parallelism() - active);
        if (room > 0) {
            waiting.stream()
                    // What does not run anyway comes first.
                    .sorted(Comparator.comparing(
                            (SlotUpdate update) -> update.slot().running()))
                    .limit(room)
                    .forEach(update -> begin(update.slot()));
        }
    }

    private void stopOld(SlotUpdate update) {
        update.slot().wanted().stream()
                .filter(task -> Outdated.test(task, plan.service(), plan.view()))
                .forEach(task -> plan.desire(task, TaskState.SHUTDOWN));
    }

    private void begin(Slot slot) {
        if (rules.startFirst()) {
            plan.create(slot.key(), TaskState.RUNNING);
        } else {
            plan.replace(slot.wanted(), plan.make(slot.key(), TaskState.READY));
        }
    }
}
