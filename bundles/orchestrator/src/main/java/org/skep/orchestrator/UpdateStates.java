package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.UpdateStatus.UpdateState;

/**
 * The update status of a service. Control clears it when the specification changes, and sets ROLLBACK_STARTED when the
 * user asks for a rollback; everything else is set here.
 */
final class UpdateStates {

    private static final Set<UpdateState> UNDER_WAY = Set.of(UpdateState.UPDATING, UpdateState.ROLLBACK_STARTED);
    private static final Set<UpdateState> PAUSED = Set.of(UpdateState.PAUSED, UpdateState.ROLLBACK_PAUSED);

    private UpdateStates() {}

    static boolean underWay(Service service) {
        return UNDER_WAY.contains(service.getUpdateStatus().getState());
    }

    static boolean paused(Service service) {
        return PAUSED.contains(service.getUpdateStatus().getState());
    }

    static boolean rollingBack(Service service) {
        return service.getUpdateStatus().getState() == UpdateState.ROLLBACK_STARTED;
    }

    static Service begun(Service service, Instant now) {
        return service.toBuilder()
                .setUpdateStatus(UpdateStatus.newBuilder()
                        .setState(UpdateState.UPDATING)
                        .setStartedAt(Times.timestamp(now))
                        .setMessage("update in progress"))
                .build();
    }

    static Service completed(Service service, Instant now) {
        boolean rollback = rollingBack(service);
        return service.toBuilder()
                .setUpdateStatus(service.getUpdateStatus().toBuilder()
                        .setState(rollback ? UpdateState.ROLLBACK_COMPLETED : UpdateState.COMPLETED)
                        .setCompletedAt(Times.timestamp(now))
                        .setMessage(rollback ? "rollback completed" : "update completed"))
                .build();
    }

    static Service pausedByFailure(Service service, Task failed) {
        return paused(service, "due to failure or early termination of task " + failed.getId());
    }

    static Service pausedByDelay(Service service, Task overdue, Duration limit) {
        TaskStatus status = overdue.getStatus();
        String reason = status.getErr().isEmpty() ? status.getMessage() : status.getErr();
        return paused(
                service,
                "because task " + overdue.getId() + " does not run after " + words(limit)
                        + (reason.isEmpty() ? "" : ": " + reason));
    }

    private static String words(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    private static Service paused(Service service, String why) {
        boolean rollback = rollingBack(service);
        return service.toBuilder()
                .setUpdateStatus(service.getUpdateStatus().toBuilder()
                        .setState(rollback ? UpdateState.ROLLBACK_PAUSED : UpdateState.PAUSED)
                        .setMessage((rollback ? "rollback" : "update") + " paused " + why))
                .build();
    }

    /**
     * Goes back to the previous specification, and forgets it: there is nothing to go back to from there. It counts as
     * another version, so that the tasks of the rollback can be told from those before the update.
     */
    static Service rolledBack(Service service, Task failed, Instant now) {
        return service.toBuilder()
                .setSpec(service.getPreviousSpec())
                .setSpecVersion(service.getMeta().getVersion())
                .clearPreviousSpec()
                .clearPreviousSpecVersion()
                .setUpdateStatus(UpdateStatus.newBuilder()
                        .setState(UpdateState.ROLLBACK_STARTED)
                        .setStartedAt(Times.timestamp(now))
                        .setMessage("update rolled back due to failure or early termination of task " + failed.getId()))
                .build();
    }
}
