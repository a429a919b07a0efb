package org.skep.node;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
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
import org.skep.protocol.RaftMemberStatus;

/**
 * What a swarm begins with: the cluster, its first node, and the networks that every node has.
 *
 * @param address where others reach the node
 */
record NewSwarm(Identity identity, String hostname, String address, NodeSpec.Availability availability) {

    private static final int MANAGER_PORT = 2377;
    private static final int VXLAN_PORT = 4789;
    private static final List<String> PREDEFINED_NETWORKS = List.of("bridge", "host", "none");

    List<Message> objects() {
        List<Message> objects = new ArrayList<>();
        objects.add(cluster());
        objects.add(node());
        PREDEFINED_NETWORKS.forEach(name -> objects.add(network(name)));
        return objects;
    }

    private Cluster cluster() {
        ClusterSpec.Builder spec = ClusterSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName("default"))
                .setOrchestration(OrchestrationConfig.newBuilder().setTaskHistoryRetentionLimit(5))
                .setRaft(RaftConfig.newBuilder()
                        .setSnapshotInterval(10_000)
                        .setLogEntriesForSlowFollowers(500)
                        .setHeartbeatTick(1)
                        .setElectionTick(10))
                .setDispatcher(DispatcherConfig.newBuilder().setHeartbeatPeriod(seconds(5)))
                .setCaConfig(CAConfig.newBuilder().setNodeCertExpiry(seconds(2160L * 3600)))
                .setEncryptionConfig(EncryptionConfig.getDefaultInstance());
        return Cluster.newBuilder()
                .setId(identity.clusterId())
                .setSpec(spec)
                .addDefaultAddressPool("10.0.0.0/8")
                .setSubnetSize(24)
                .setVXLANUDPPort(VXLAN_PORT)
                .build();
    }

    private Node node() {
        String host = address.contains(":") ? "[" + address + "]" : address;
        return Node.newBuilder()
                .setId(identity.nodeId())
                .setSpec(NodeSpec.newBuilder()
                        .setDesiredRole(NodeRole.NODE_ROLE_MANAGER)
                        .setMembership(NodeSpec.Membership.ACCEPTED)
                        .setAvailability(availability))
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setDescription(NodeDescription.newBuilder().setHostname(hostname))
                .setStatus(NodeStatus.newBuilder().setAddr(address))
                .setManagerStatus(ManagerStatus.newBuilder()
                        .setAddr(host + ":" + MANAGER_PORT)
                        .setLeader(true)
                        .setReachability(RaftMemberStatus.Reachability.REACHABLE))
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
