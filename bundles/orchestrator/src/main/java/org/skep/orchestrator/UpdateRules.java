package org.skep.orchestrator;

import java.time.Duration;
import org.skep.protocol.Service;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.UpdateConfig.UpdateOrder;

/**
 * How an update proceeds.
 *
 * @param parallelism how many slots at a time; 0 for all
 * @param monitor how long a new task is watched for failure
 */
record UpdateRules(
        long parallelism,
        Duration delay,
        FailureAction onFailure,
        Duration monitor,
        double maxFailureRatio,
        UpdateOrder order) {

    private static final Duration DEFAULT_MONITOR = Duration.ofSeconds(5);

    static UpdateRules of(Service service, boolean rollback) {
        boolean given =
                rollback ? service.getSpec().hasRollback() : service.getSpec().hasUpdate();
        if (!given) {
            return new UpdateRules(1, Duration.ZERO, FailureAction.PAUSE, DEFAULT_MONITOR, 0, UpdateOrder.STOP_FIRST);
        }
        UpdateConfig config =
                rollback ? service.getSpec().getRollback() : service.getSpec().getUpdate();
        return new UpdateRules(
                config.getParallelism(),
                Times.duration(config.getDelay()),
                config.getFailureAction(),
                config.hasMonitor() ? Times.duration(config.getMonitor()) : DEFAULT_MONITOR,
                config.getMaxFailureRatio(),
                config.getOrder());
    }

    /** How long to watch after the last slot. */
    Duration lastWatch() {
        return delay.compareTo(monitor) >= 0 ? delay.plusSeconds(1) : monitor;
    }
}
