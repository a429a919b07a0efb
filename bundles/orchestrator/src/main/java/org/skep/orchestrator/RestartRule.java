package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;

/** When a task that ended is followed by another one. Knows no more than the tasks that are kept. */
final class RestartRule {

    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(5);

    private RestartRule() {}

    static Duration delay(Task task) {
        RestartPolicy policy = task.getSpec().getRestart();
        return policy.hasDelay() ? Times.duration(policy.getDelay()) : DEFAULT_DELAY;
    }

    /** A job's task that has done its work is not done again. */
    static RestartCondition condition(Task task) {
        RestartCondition given =
                task.getSpec().hasRestart() ? task.getSpec().getRestart().getCondition() : RestartCondition.ANY;
        return TaskStates.ofJob(task) && given == RestartCondition.ANY ? RestartCondition.ON_FAILURE : given;
    }

    static boolean restarts(Task task, Slot slot) {
        return switch (condition(task)) {
            case ANY -> attemptsLeft(task, slot);
            case ON_FAILURE -> task.getStatus().getState() != TaskState.COMPLETE && attemptsLeft(task, slot);
            default -> false;
        };
    }

    private static boolean attemptsLeft(Task task, Slot slot) {
        RestartPolicy policy = task.getSpec().getRestart();
        if (policy.getMaxAttempts() == 0) {
            return true;
        }
        List<Instant> restarts = restartsOfThisSpec(slot);
        if (Times.duration(policy.getWindow()).isZero()) {
            return restarts.size() < policy.getMaxAttempts();
        }
        Instant end = TaskStates.since(task);
        Instant start = end.minus(Times.duration(policy.getWindow()));
        long recent = restarts.stream()
                .filter(restart -> !restart.isBefore(start) && !restart.isAfter(end))
                .count();
        return recent < policy.getMaxAttempts();
    }

    /** When the slot's tasks were restarted since its specification last changed: the first of them was not. */
    private static List<Instant> restartsOfThisSpec(Slot slot) {
        List<Instant> restarts = new ArrayList<>();
        for (int i = slot.tasks().size() - 1; i > 0; i--) {
            Task task = slot.tasks().get(i);
            if (!task.getSpecVersion().equals(slot.tasks().get(i - 1).getSpecVersion())) {
                break;
            }
            restarts.add(Times.instant(task.getMeta().getCreatedAt()));
        }
        return restarts;
    }
}
