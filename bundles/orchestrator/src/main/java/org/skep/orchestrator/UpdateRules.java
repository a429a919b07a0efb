package org.skep.orchestrator;

import java.time.Duration;
import java.util.Optional;
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
 * @param maxWait how long a new task may take until it runs; empty for as long as it takes
 */
record UpdateRules(
        long parallelism,
        Duration delay,
        FailureAction onFailure,
        Duration monitor,
        double maxFailureRatio,
        UpdateOrder order,
        Optional<Duration> maxWait) {

    private static final Duration DEFAULT_MONITOR = Duration.ofSeconds(5);
    private static final Duration DEFAULT_MAX_WAIT = Duration.ofMinutes(10);
    private static final UpdateConfig DEFAULT =
            UpdateConfig.newBuilder().setParallelism(1).build();

    /** Those of the rollback if that is what is under way. */
    static UpdateRules of(Service service) {
        if (UpdateStates.rollingBack(service)) {
            return of(service.getSpec().hasRollback() ? service.getSpec().getRollback() : DEFAULT);
        }
        return of(service.getSpec().hasUpdate() ? service.getSpec().getUpdate() : DEFAULT);
    }

    private static UpdateRules of(UpdateConfig config) {
        Duration maxWait = config.hasMaxWait() ? Times.duration(config.getMaxWait()) : DEFAULT_MAX_WAIT;
        return new UpdateRules(
                config.getParallelism(),
                Times.duration(config.getDelay()),
                config.getFailureAction(),
                config.hasMonitor() ? Times.duration(config.getMonitor()) : DEFAULT_MONITOR,
                config.getMaxFailureRatio(),
                config.getOrder(),
                maxWait.isZero() ? Optional.empty() : Optional.of(maxWait));
    }

    boolean startFirst() {
        return order == UpdateOrder.START_FIRST;
    }

    /** How long to watch after the last slot. */
    Duration lastWatch() {
        return delay.compareTo(monitor) >= 0 ? delay.plusSeconds(1) : monitor;
    }
}
