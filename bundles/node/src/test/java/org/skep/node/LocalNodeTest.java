package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.control.Swarm;
import org.skep.protocol.CAConfig;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.DispatcherConfig;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.RaftConfig;

/** How a node founds a swarm, or enters one. */
class LocalNodeTest extends LocalNodeSetup {

    @Test
    void beforeInitThereIsNoSwarm() {
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(node.status().hostname()).isEqualTo("alpha");
        assertThat(rooms.events).isEmpty();
        assertCode("NOT_IN_SWARM", () -> node.leave(true));
        assertCode("NOT_IN_SWARM", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN));
        assertCode("NOT_IN_SWARM", () -> node.unlock("key"));
    }

    @Test
    void initMakesClusterNodeAndNetworks() throws Exception {
        String id = node.init(new Swarm.Creation(
                Swarm.Addresses.CHOSEN,
                NodeSpec.Availability.PAUSE,
                ClusterSpec.newBuilder()
                        .setRaft(RaftConfig.newBuilder().setSnapshotInterval(77))
                        .build(),
                List.of("10.20.0.0/16"),
                26,
                5000));

        assertThat(id).matches("[0-9a-z]{25}");
        assertThat(node.status())
                .returns(Swarm.State.ACTIVE, Swarm.Status::state)
                .returns(id, Swarm.Status::nodeId)
                .returns(cluster().getId(), Swarm.Status::clusterId)
                .returns(true, Swarm.Status::manager)
                .returns(true, Swarm.Status::leader)
                .returns(Optional.of(new Endpoint("10.0.0.1", 2377)), Swarm.Status::advertise)
                .returns(List.of(new Endpoint("10.0.0.1", 2377)), Swarm.Status::managers)
                .returns("", Swarm.Status::error);
        ClusterSpec spec = cluster().getSpec();
        assertThat(spec.getAnnotations().getName()).isEqualTo("default");
        assertThat(spec.getOrchestration().getTaskHistoryRetentionLimit()).isEqualTo(5);
        assertThat(spec.getRaft().getSnapshotInterval()).isEqualTo(77);
        assertThat(spec.getRaft().getElectionTick()).isEqualTo(10);
        assertThat(cluster().getRootCa().getCaCert().toStringUtf8()).isEqualTo("root");
        assertThat(cluster().getDefaultAddressPoolList()).containsExactly("10.20.0.0/16");
        assertThat(cluster().getSubnetSize()).isEqualTo(26);
        assertThat(cluster().getVXLANUDPPort()).isEqualTo(5000);
        Node made = rooms.store.view().nodes().get(id).orElseThrow();
        assertThat(made.getRole()).isEqualTo(NodeRole.NODE_ROLE_MANAGER);
        assertThat(made.getManagerStatus().getAddr()).isEqualTo("10.0.0.1:2377");
        assertThat(made.getCertificate().getStatus().getState()).isEqualTo(IssuanceStatus.State.ISSUED);
        assertThat(made.getSpec().getAvailability()).isEqualTo(NodeSpec.Availability.PAUSE);
        assertThat(made.getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(rooms.store.view().networks().all())
                .extracting(
                        (Network network) -> network.getSpec().getAnnotations().getName())
                .containsExactlyInAnyOrder("bridge", "host", "none");
        await("+skep.leader");
        assertThat(rooms.events).startsWith("+membership", "+skep.manager").contains("+skep.worker");
        assertThat(rooms.starts).containsExactly(ManagerStart.FOUND);
        assertThat(keys.calls()).containsExactly("create 2160h");
    }

    @Test
    void whatANewSwarmCannotBeIsRefused() {
        assertRefused(ClusterSpec.getDefaultInstance(), 80, "invalid data path port 80");
        assertRefused(
                ClusterSpec.newBuilder()
                        .setDispatcher(DispatcherConfig.newBuilder()
                                .setHeartbeatPeriod(com.google.protobuf.Duration.newBuilder()
                                        .setNanos(1_000_000)))
                        .build(),
                0,
                "heartbeat");
        assertRefused(
                ClusterSpec.newBuilder()
                        .setCaConfig(CAConfig.newBuilder()
                                .setNodeCertExpiry(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(60)))
                        .build(),
                0,
                "invalid certificate expiry 60s");
        assertThat(directory.resolve("node.json")).doesNotExist();
    }

    @Test
    void aWorkerJoins() throws Exception {
        join("worker");

        assertThat(keys.calls()).containsExactly("join [10.0.0.9:2377] DRAIN");
        assertThat(node.status())
                .returns(Swarm.State.ACTIVE, Swarm.Status::state)
                .returns(FakeKeys.JOINED, Swarm.Status::nodeId)
                .returns(FakeKeys.CLUSTER, Swarm.Status::clusterId)
                .returns(false, Swarm.Status::manager)
                .returns(List.of(new Endpoint("10.0.0.9", 2377)), Swarm.Status::managers);
        assertThat(rooms.starts).isEmpty();
        assertCode("ALREADY_IN_SWARM", () -> node.join(admission("worker")));
        assertCode("ALREADY_IN_SWARM", () -> node.init(CREATION));
        assertCode("NOT_A_MANAGER", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN));
    }

    @Test
    void aManagerJoins() throws Exception {
        join("manager");

        assertThat(rooms.starts).containsExactly(ManagerStart.JOIN);
        assertThat(node.status().manager()).isTrue();
        assertThat(managers().all())
                .extracting(KnownManagers.Manager::address)
                .containsExactly(new Endpoint("10.0.0.9", 2377), new Endpoint("10.0.0.1", 2377));
    }

    @Test
    void wrongInputChangesNothing() throws Exception {
        assertCode("INVALID_TOKEN", () -> node.join(admission("wrong")));
        assertCode(
                "INVALID_ADDRESS",
                () -> node.join(new Swarm.Admission(
                        new Endpoint("10.0.0.9", 2377),
                        "worker",
                        new Swarm.Addresses(Optional.of("10.0.0.2"), Optional.empty(), Optional.empty()),
                        NodeSpec.Availability.ACTIVE)));
        ports = endpoint -> {
            throw SkepException.resource("PORT_IN_USE", "port " + endpoint.port() + " is in use", "", null);
        };
        assertCode("PORT_IN_USE", () -> node.join(admission("manager")));
        assertThat(keys.admitted()).isFalse();
        assertCode("PORT_IN_USE", () -> node.init(CREATION));

        assertThat(rooms.events).isEmpty();
        assertThat(directory.resolve("node.json")).doesNotExist();
        assertThat(directory.resolve("keys")).doesNotExist();
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        ports = endpoint -> {};
        join("worker");
    }

    @Test
    void whatCannotBeUndoneDoesNotHideWhatWentWrong() {
        keys.keepOnWiping();
        assertThatThrownBy(() -> node.join(admission("wrong")))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("INVALID_TOKEN"))
                .satisfies(e -> assertThat(e.getSuppressed()).isNotEmpty());
    }

    @Test
    void aWorkerNeedsNoPorts() throws Exception {
        ports = endpoint -> {
            throw SkepException.resource("PORT_IN_USE", "port " + endpoint.port() + " is in use", "", null);
        };

        join("worker");

        assertThat(node.status().state()).isEqualTo(Swarm.State.ACTIVE);
    }

    @Test
    void secondInitIsRefused() throws Exception {
        node.init(CREATION);

        assertThatThrownBy(() -> node.init(CREATION))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("already part of a swarm");
    }
}
