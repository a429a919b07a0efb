package org.skep.node;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.control.Swarm;
import org.skep.pki.NodeKeys;
import org.skep.pki.UnlockKey;
import org.skep.protocol.Annotations;
import org.skep.protocol.CAConfig;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.DispatcherConfig;
import org.skep.protocol.Driver;
import org.skep.protocol.EncryptionConfig;
import org.skep.protocol.Ids;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.OrchestrationConfig;
import org.skep.protocol.RaftConfig;

/**
 * What a swarm begins with: the cluster, its first node, and the networks that every node has.
 *
 * @param keys of root and first node
 * @param unlockKey that opens locked managers; empty if they start without it
 */
record NewSwarm(
        NodeRecord self,
        String hostname,
        Swarm.Creation creation,
        NodeKeys.Founded keys,
        Optional<UnlockKey> unlockKey) {

    private static final int VXLAN_PORT = 4789;
    private static final int SUBNET_SIZE = 24;
    private static final String ADDRESS_POOL = "10.0.0.0/8";
    private static final List<String> PREDEFINED_NETWORKS = List.of("bridge", "host", "none");

    private static final ClusterSpec DEFAULTS = ClusterSpec.newBuilder()
            .setAnnotations(Annotations.newBuilder().setName("default"))
            .setOrchestration(OrchestrationConfig.newBuilder().setTaskHistoryRetentionLimit(5))
            .setRaft(RaftConfig.newBuilder()
                    .setSnapshotInterval(10_000)
                    .setLogEntriesForSlowFollowers(500)
                    .setHeartbeatTick(1)
                    .setElectionTick(10))
            .setDispatcher(DispatcherConfig.newBuilder().setHeartbeatPeriod(seconds(5)))
            .setCaConfig(CAConfig.newBuilder().setNodeCertExpiry(seconds(2160L * 3600)))
            .setEncryptionConfig(EncryptionConfig.getDefaultInstance())
            .build();

    /** What the operator wants, completed with the defaults. Numbers are limits and intervals, of which zero is none. */
    static ClusterSpec complete(ClusterSpec wanted) {
        ClusterSpec.Builder spec = DEFAULTS.toBuilder().mergeFrom(wanted);
        if (wanted.hasOrchestration()) {
            // None to keep is a choice, too.
            spec.setOrchestration(wanted.getOrchestration());
        }
        // A duration is one value: half of a default does not complete it.
        if (wanted.getDispatcher().hasHeartbeatPeriod()) {
            spec.getDispatcherBuilder()
                    .setHeartbeatPeriod(wanted.getDispatcher().getHeartbeatPeriod());
        }
        if (wanted.getCaConfig().hasNodeCertExpiry()) {
            spec.getCaConfigBuilder().setNodeCertExpiry(wanted.getCaConfig().getNodeCertExpiry());
        }
        return spec.build();
    }

    List<Message> objects() {
        List<Message> objects = new ArrayList<>();
        objects.add(cluster());
        objects.add(node());
        PREDEFINED_NETWORKS.forEach(name -> objects.add(network(name)));
        return objects;
    }

    private Cluster cluster() {
        return Cluster.newBuilder()
                .setId(self.clusterId())
                .setSpec(complete(creation.spec()))
                .setRootCa(keys.root())
                .setSubnetSize(creation.subnetSize() == 0 ? SUBNET_SIZE : creation.subnetSize())
                .setVXLANUDPPort(creation.dataPathPort() == 0 ? VXLAN_PORT : creation.dataPathPort())
                .addAllDefaultAddressPool(
                        creation.addressPools().isEmpty() ? List.of(ADDRESS_POOL) : creation.addressPools())
                .addAllUnlockKeys(UnlockKey.replaced(List.of(), unlockKey))
                .build();
    }

    private Node node() {
        return Node.newBuilder()
                .setId(self.nodeId())
                .setSpec(NodeSpec.newBuilder()
                        .setDesiredRole(NodeRole.NODE_ROLE_MANAGER)
                        .setMembership(NodeSpec.Membership.ACCEPTED)
                        .setAvailability(creation.availability()))
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setCertificate(keys.certificate())
                .setDescription(NodeDescription.newBuilder().setHostname(hostname))
                .setStatus(
                        NodeStatus.newBuilder().setAddr(self.place().advertise().host()))
                .setManagerStatus(ManagerStatus.newBuilder()
                        .setAddr(self.place().advertise().toString()))
                .build();
    }

    private static Network network(String name) {
        Driver driver = Driver.newBuilder().setName(name).build();
        return Network.newBuilder()
                .setId(Ids.random())
                .setSpec(NetworkSpec.newBuilder()
                        .setAnnotations(
                                Annotations.newBuilder().setName(name).putLabels("com.docker.swarm.predefined", "true"))
                        .setDriverConfig(driver))
                .setDriverState(driver)
                .build();
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }
}
