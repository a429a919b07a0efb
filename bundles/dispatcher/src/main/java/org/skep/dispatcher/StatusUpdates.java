package org.skep.dispatcher;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.skep.api.SkepException;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Loop;

/**
 * Stores what nodes report of their tasks. The first report of a quiet time is written at once; what arrives while a
 * write is on its way goes with the next one. States that we do not know are passed over.
 */
final class StatusUpdates {

    private final Store store;
    private final Loop loop;
    private final String leaderId;

    private final Object lock = new Object();
    private List<Report> waiting = new ArrayList<>();
    private boolean writing;
    private boolean closed;

    StatusUpdates(Store store, Loop loop, String leaderId) {
        this.store = store;
        this.loop = loop;
        this.leaderId = leaderId;
    }

    private record Report(String nodeId, List<TaskStatusUpdate> updates, CompletableFuture<Void> stored) {}

    CompletionStage<Void> add(String nodeId, List<TaskStatusUpdate> updates) {
        List<TaskStatusUpdate> understood = updates.stream()
                .filter(update -> SoundStatus.understood(update.getStatus()))
                .toList();
        Report report = new Report(nodeId, understood, new CompletableFuture<>());
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedStage(noLongerLeading());
            }
            waiting.add(report);
            if (writing) {
                return report.stored();
            }
            writing = true;
        }
        loop.execute(this::write);
        return report.stored();
    }

    private void write() {
        List<Report> batch = new ArrayList<>();
        synchronized (lock) {
            int size = 0;
            while (!waiting.isEmpty() && (size == 0 || size < Batches.CHANGES)) {
                Report next = waiting.remove(0);
                size += next.updates().size();
                batch.add(next);
            }
            if (batch.isEmpty()) {
                writing = false;
                return;
            }
        }
        store.updateAsync(tx -> apply(tx, batch, loop.now())).whenComplete((refused, failure) -> {
            for (Report report : batch) {
                if (failure != null) {
                    report.stored().completeExceptionally(failure);
                } else if (refused.contains(report)) {
                    report.stored().completeExceptionally(notYours(report));
                } else {
                    report.stored().complete(null);
                }
            }
            loop.execute(this::write);
        });
    }

    /** @return the reports that speak of other nodes' tasks, none of which count */
    private List<Report> apply(Transaction tx, List<Report> batch, Instant now) {
        List<Report> refused = new ArrayList<>();
        for (Report report : batch) {
            boolean foreign = report.updates().stream().anyMatch(update -> foreign(tx, report, update));
            if (foreign) {
                refused.add(report);
            } else {
                report.updates().forEach(update -> apply(tx, update, now));
            }
        }
        return refused;
    }

    /** A task that is assigned to nobody, as after a restored log, is unknown to its node rather than another's. */
    private static boolean foreign(Transaction tx, Report report, TaskStatusUpdate update) {
        return tx.tasks()
                .get(update.getTaskId())
                .map(Task::getNodeId)
                .filter(owner -> !owner.isEmpty() && !owner.equals(report.nodeId()))
                .isPresent();
    }

    private void apply(Transaction tx, TaskStatusUpdate update, Instant now) {
        Task task = tx.tasks().get(update.getTaskId()).orElse(null);
        if (task == null || task.getNodeId().isEmpty()) {
            return;
        }
        TaskStatus before = task.getStatus();
        TaskStatus after = withoutStamp(SoundStatus.of(update.getStatus(), now));
        boolean backwards = after.getState().getNumber() < before.getState().getNumber();
        if (backwards || after.equals(withoutStamp(before))) {
            return;
        }
        tx.update(task.toBuilder().setStatus(stamped(after, before, now)).build());
    }

    private TaskStatus.Builder stamped(TaskStatus after, TaskStatus before, Instant now) {
        TaskStatus.Builder stamped = after.toBuilder().setAppliedBy(leaderId).setAppliedAt(Times.timestamp(now));
        if (before.hasRunningSince()) {
            stamped.setRunningSince(before.getRunningSince());
        } else if (after.getState() == TaskState.RUNNING) {
            stamped.setRunningSince(Times.timestamp(now));
        }
        return stamped;
    }

    private static TaskStatus withoutStamp(TaskStatus status) {
        return status.toBuilder()
                .clearAppliedBy()
                .clearAppliedAt()
                .clearRunningSince()
                .build();
    }

    private static SkepException notYours(Report report) {
        return SkepException.user(
                "NOT_YOUR_TASK", "node " + report.nodeId() + " reported on a task of another node", "");
    }

    private static SkepException noLongerLeading() {
        return SkepException.state("NO_LEADER", "this manager no longer leads", "");
    }

    void close() {
        List<Report> left;
        synchronized (lock) {
            closed = true;
            left = waiting;
            waiting = new ArrayList<>();
        }
        left.forEach(report -> report.stored().completeExceptionally(noLongerLeading()));
    }
}
