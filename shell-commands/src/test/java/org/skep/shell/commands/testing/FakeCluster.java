package org.skep.shell.commands.testing;

import com.google.protobuf.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.control.Clusters;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.NodeRole;
import org.skep.protocol.placement.Rebalancer;

/** A swarm with tokens and keys that count how often they were rotated. */
public final class FakeCluster implements Clusters {

    public Cluster cluster = cluster();
    public ManagersStatus status;
    public List<String> managers = List.of("10.0.0.1:2377", "10.0.0.2:2377");
    public Optional<Signer> signer;
    public final Deque<Rotation> rotations = new ArrayDeque<>();
    public List<Rebalancer.Move> moves = List.of();
    public Runnable whenRebalanced = () -> {};

    /** How many moves at a time; 0 if nothing was to move. */
    public int rebalanced;

    private int rotated;

    private static Cluster cluster() {
        Cluster.Builder cluster = Cluster.newBuilder()
                .setId("cluster1")
                .setMeta(Fakes.meta(5, 3600))
                .addDefaultAddressPool("10.0.0.0/8")
                .setSubnetSize(24);
        ClusterSpec.Builder spec = cluster.getSpecBuilder();
        spec.getOrchestrationBuilder().setTaskHistoryRetentionLimit(5);
        spec.getRaftBuilder().setSnapshotInterval(10_000).setHeartbeatTick(1).setElectionTick(10);
        spec.getDispatcherBuilder().setHeartbeatPeriod(Duration.newBuilder().setSeconds(5));
        spec.getCaConfigBuilder().setNodeCertExpiry(Duration.newBuilder().setSeconds(2160 * 3600L));
        return cluster.build();
    }

    @Override
    public Cluster get() {
        return cluster;
    }

    @Override
    public Cluster update(long version, ClusterSpec spec) {
        cluster = cluster.toBuilder().setSpec(spec).build();
        return cluster;
    }

    @Override
    public Invitation joinToken(NodeRole role, boolean rotate) {
        rotated += rotate ? 1 : 0;
        String secret = role == NodeRole.NODE_ROLE_MANAGER ? "m" : "w";
        return new Invitation("SWMTKN-1-digest-" + secret + rotated, managers);
    }

    @Override
    public String unlockKey(boolean rotate) {
        if (!cluster.getSpec().getEncryptionConfig().getAutoLockManagers()) {
            throw SkepException.state("NOT_AUTOLOCKED", "no unlock key is set", "");
        }
        rotated += rotate ? 1 : 0;
        return "SWMKEY-1-" + rotated;
    }

    @Override
    public String rootCertificate() {
        return "-----BEGIN CERTIFICATE-----\nroot" + (signer == null ? 1 : 2) + "\n-----END CERTIFICATE-----\n";
    }

    @Override
    public void rotateRoot(Optional<Signer> given) {
        signer = given;
    }

    @Override
    public Rotation rotation() {
        return rotations.isEmpty() ? new Rotation(false, 3, 3) : rotations.remove();
    }

    @Override
    public List<Rebalancer.Move> rebalance(boolean dryRun, int maxParallel) {
        rebalanced = dryRun ? 0 : maxParallel;
        whenRebalanced.run();
        return moves;
    }

    @Override
    public ManagersStatus managers() {
        return status;
    }
}
