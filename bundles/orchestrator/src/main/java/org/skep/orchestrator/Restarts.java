package org.skep.orchestrator;

import java.time.Duration;
import java.util.Set;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.View;

/** Replaces tasks that ended, or whose node is no place to run any more. */
final class Restarts {

    private final DelayedStarts starts;

    Restarts(DelayedStarts starts) {
        this.starts = starts;
    }

    void restartEnded(Draft draft, Service service, Slot slot) {
        for (Task task : slot.wanted()) {
            boolean over = TaskStates.ended(task) && !starts.delayed(task.getId());
            if (over || TaskStates.displaced(task, draft.view())) {
                restart(draft, service, slot, task);
            }
        }
    }

    private static void restart(Draft draft, Service service, Slot slot, Task task) {
        draft.desire(task, TaskState.SHUTDOWN);
        if (!RestartRule.restarts(task, slot)) {
            return;
        }
        View view = draft.view();
        Duration delay = TaskStates.displaced(task, view) ? Duration.ZERO : RestartRule.delay(task);
        Set<String> predecessors = TaskStates.outOfTheWay(task, view) ? Set.of() : Set.of(task.getId());
        Task successor = draft.create(service, slot.key(), TaskState.READY);
        draft.startLater(new DelayedStarts.Start(successor.getId(), service.getId(), delay, predecessors));
    }
}
