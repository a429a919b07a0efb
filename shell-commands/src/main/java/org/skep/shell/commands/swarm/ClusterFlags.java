package org.skep.shell.commands.swarm;

import org.skep.protocol.ClusterSpec;
import org.skep.shell.commands.flag.LaterFlags;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.DurationConverter;
import org.skep.shell.commands.value.Values;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code swarm init} and {@code swarm update} set of a swarm: mix it in. */
public final class ClusterFlags {

    private static final String[] LATER = {"--external-ca"};

    @Option(names = "--autolock", description = "Require an unlock key to start a stopped manager")
    private Boolean autolock;

    @Option(
            names = "--cert-expiry",
            paramLabel = "DURATION",
            description = "Validity period for node certificates (default 2160h)",
            converter = DurationConverter.class)
    private com.google.protobuf.Duration certificates;

    @Option(
            names = "--dispatcher-heartbeat",
            paramLabel = "DURATION",
            description = "How often a node tells that it lives (default 5s)",
            converter = DurationConverter.class)
    private com.google.protobuf.Duration heartbeat;

    @Option(
            names = "--max-snapshots",
            paramLabel = "N",
            description = "Additional Raft snapshots to retain: only 0, which is the default")
    private String snapshots = "0";

    @Option(
            names = "--snapshot-interval",
            paramLabel = "N",
            description = "Number of log entries between Raft snapshots (default 10000)",
            converter = Entries.class)
    private Long interval;

    @Option(
            names = "--task-history-limit",
            paramLabel = "N",
            description = "Ended tasks to remember of each slot; -1 for all (default 5)",
            converter = History.class)
    private Long history;

    private CommandSpec command;

    @Spec(Spec.Target.MIXEE)
    void command(CommandSpec spec) {
        command = spec;
        LaterFlags.add(spec, true, LATER);
    }

    /** @throws ParameterException if the line has what Skep does not offer */
    void check() {
        LaterFlags.refuse(command, LATER);
        if (!snapshots.equals("0")) {
            throw new ParameterException(
                    command.commandLine(),
                    "--max-snapshots " + Values.shown(snapshots)
                            + " isn't supported: a manager keeps its newest snapshot");
        }
    }

    boolean given() {
        return autolock != null || certificates != null || heartbeat != null || interval != null || history != null;
    }

    /** Changes what the line gave. */
    void apply(ClusterSpec.Builder spec) {
        if (autolock != null) {
            spec.getEncryptionConfigBuilder().setAutoLockManagers(autolock);
        }
        if (certificates != null) {
            spec.getCaConfigBuilder().setNodeCertExpiry(certificates);
        }
        if (heartbeat != null) {
            spec.getDispatcherBuilder().setHeartbeatPeriod(heartbeat);
        }
        if (interval != null) {
            spec.getRaftBuilder().setSnapshotInterval(interval);
        }
        if (history != null) {
            spec.getOrchestrationBuilder().setTaskHistoryRetentionLimit(history);
        }
    }

    static final class Entries implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Counts.within(text, "a number of log entries", Integer.MAX_VALUE);
        }
    }

    static final class History implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Counts.history(text);
        }
    }
}
