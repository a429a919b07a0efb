package org.skep.orchestrator;

import java.time.Instant;
import java.util.List;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.store.View;

/** Replaces tasks that ended, or whose node is no place to run any more, and leaves one task in each place. */
final class Restarts {

    private Restarts() {}

    static void tend(Plan plan, Slot slot) {
        List<Task> wanted = slot.wanted();
        List<Task> over = wanted.stream().filter(task -> over(task, plan)).toList();
        if (!over.isEmpty()) {
            succeed(plan, slot, wanted, over);
        } else if (wanted.size() > 1) {
            stopSurplus(plan, wanted);
        }
    }

    /** A task that ends while it waits for its turn is not replaced before that. */
    private static boolean over(Task task, Plan plan) {
        return TaskStates.ended(task) && !waits(task, plan.now()) || TaskStates.displaced(task, plan.view());
    }

    private static boolean waits(Task task, Instant now) {
        return task.getDesiredState() == TaskState.READY
                && now.isBefore(Times.instant(task.getCrashLoop().getNextTry()));
    }

    private static void succeed(Plan plan, Slot slot, List<Task> wanted, List<Task> over) {
        Task last = over.get(over.size() - 1);
        boolean succeeded = wanted.stream()
                .anyMatch(task -> !over.contains(task) && !Outdated.test(task, plan.service(), plan.view()));
        if (succeeded || !RestartRule.restarts(last, slot)) {
            over.forEach(task -> plan.desire(task, TaskState.SHUTDOWN));
        } else {
            plan.replace(over, successor(plan, slot, last, over));
        }
    }

    /** It gets ready and waits for its turn, unless that is now. */
    private static Task successor(Plan plan, Slot slot, Task last, List<Task> over) {
        Task.Builder successor = plan.make(slot.key(), TaskState.READY).toBuilder();
        if (!TaskStates.displaced(last, plan.view())) {
            successor.setCrashLoop(BackOff.after(last, successor.build(), plan.service(), plan.now()));
        }
        boolean free = slot.tasks().stream()
                .filter(task -> over.contains(task) || !TaskStates.wanted(task))
                .allMatch(task -> TaskStates.outOfTheWay(task, plan.view()));
        return free && !waits(successor.build(), plan.now())
                ? TaskStates.started(successor.build())
                : successor.build();
    }

    /** Once a task runs as the service wants it, those beside it have had their time; but a move is others' business. */
    private static void stopSurplus(Plan plan, List<Task> wanted) {
        if (wanted.stream().anyMatch(Task::hasRelocation)) {
            return;
        }
        wanted.stream()
                .filter(task -> upToDate(task, plan.service(), plan.view()))
                .reduce((older, newer) -> newer)
                .ifPresent(kept -> wanted.stream()
                        .filter(task -> task != kept)
                        .forEach(task -> plan.desire(task, TaskState.SHUTDOWN)));
    }

    private static boolean upToDate(Task task, Service service, View view) {
        return TaskStates.running(task) && !Outdated.test(task, service, view);
    }
}
