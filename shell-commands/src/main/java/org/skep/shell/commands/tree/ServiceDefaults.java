package org.skep.shell.commands.tree;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.UpdateConfig;

/** What the swarm does where a specification says nothing. */
public final class ServiceDefaults {

    private static final Duration FIVE_SECONDS =
            Duration.newBuilder().setSeconds(5).build();
    private static final Duration TEN_SECONDS =
            Duration.newBuilder().setSeconds(10).build();
    private static final UpdateConfig UPDATE =
            UpdateConfig.newBuilder().setParallelism(1).setMonitor(FIVE_SECONDS).build();
    private static final RestartPolicy RESTART = RestartPolicy.newBuilder()
            .setCondition(RestartPolicy.RestartCondition.ANY)
            .setDelay(FIVE_SECONDS)
            .build();

    private ServiceDefaults() {}

    /** The specification with all that it leaves to the swarm. */
    public static ServiceSpec fill(ServiceSpec spec) {
        ServiceSpec.Builder full = spec.toBuilder();
        boolean job = spec.hasReplicatedJob() || spec.hasGlobalJob();
        if (!job && !spec.hasUpdate()) {
            full.setUpdate(UPDATE);
        }
        if (!job && !spec.hasRollback()) {
            full.setRollback(UPDATE);
        }
        if (!spec.getTask().hasRestart()) {
            full.getTaskBuilder().setRestart(RESTART);
        }
        ContainerSpec.Builder container = full.getTaskBuilder().getContainerBuilder();
        if (!container.hasStopGracePeriod()) {
            container.setStopGracePeriod(TEN_SECONDS);
        }
        if (!container.hasInit()) {
            container.setInit(BoolValue.of(false));
        }
        return full.build();
    }
}
