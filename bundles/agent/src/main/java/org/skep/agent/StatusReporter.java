package org.skep.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.session.WorkerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the newest status of every task to the manager, however often sessions break. One batch is on its way at a time,
 * so a newer status never overtakes an older one. Used on the loop only.
 */
final class StatusReporter {

    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);

    private final Loop loop;
    private final Consumer<String> refused;
    private final Map<String, TaskStatus> pending = new LinkedHashMap<>();
    private Optional<WorkerSession> session = Optional.empty();
    private boolean sending;

    /** @param refused told why the manager did not take what the open session carried: the session has to end */
    StatusReporter(Loop loop, Consumer<String> refused) {
        this.loop = loop;
        this.refused = refused;
    }

    void report(String taskId, TaskStatus status) {
        pending.merge(
                taskId,
                status,
                (older, newer) ->
                        newer.getState().getNumber() < older.getState().getNumber() ? older : newer);
        send();
    }

    void forget(String taskId) {
        pending.remove(taskId);
    }

    void opened(WorkerSession opened) {
        session = Optional.of(opened);
        sending = false;
        send();
    }

    void closed() {
        session = Optional.empty();
    }

    private void send() {
        if (sending || pending.isEmpty() || session.isEmpty()) {
            return;
        }
        sending = true;
        WorkerSession target = session.get();
        Map<String, TaskStatus> batch = new LinkedHashMap<>(pending);
        List<TaskStatusUpdate> updates = new ArrayList<>();
        batch.forEach((id, status) -> updates.add(
                TaskStatusUpdate.newBuilder().setTaskId(id).setStatus(status).build()));
        target.updateTaskStatus(updates)
                .whenComplete((done, failure) -> loop.execute(() -> sent(target, batch, failure)));
    }

    private void sent(WorkerSession target, Map<String, TaskStatus> batch, Throwable failure) {
        if (session.filter(current -> current == target).isEmpty()) {
            return;
        }
        if (failure != null) {
            // What is pending goes out in the next session.
            LOG.debug("status not delivered", failure);
            refused.accept("the manager did not take a status: " + failure.getMessage());
            return;
        }
        sending = false;
        batch.forEach(pending::remove);
        send();
    }
}
