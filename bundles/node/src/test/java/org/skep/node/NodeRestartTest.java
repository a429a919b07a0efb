package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeIdentity;
import org.skep.control.Swarm;
import org.skep.pki.UnlockKey;
import org.skep.protocol.CAConfig;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.EncryptionConfig;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;

/** A member that starts again, is locked, moves, or has lost the others. */
class NodeRestartTest extends LocalNodeSetup {

    @Test
    void anAutolockedSwarmKeepsItsUnlockKeyInTheCluster() throws Exception {
        node.init(new Swarm.Creation(
                Swarm.Addresses.CHOSEN,
                NodeSpec.Availability.ACTIVE,
                ClusterSpec.newBuilder()
                        .setEncryptionConfig(EncryptionConfig.newBuilder().setAutoLockManagers(true))
                        .setCaConfig(CAConfig.newBuilder()
                                .setNodeCertExpiry(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(7200)))
                        .build(),
                List.of(),
                0,
                0));

        assertThat(keys.calls()).containsExactly("create 2h locked");
        assertThat(UnlockKey.of(cluster())).isPresent();
    }

    @Test
    void aNodeThatNobodyGreetsGoesOnJoining() throws Exception {
        Swarm.Joined joined = node.join(admission("worker"));

        assertThat(joined).isEqualTo(new Swarm.Joined(FakeKeys.JOINED, false, true));
        assertThat(node.status().state()).isEqualTo(Swarm.State.PENDING);
        told(false);
        assertThat(node.status().state()).isEqualTo(Swarm.State.ACTIVE);
    }

    @Test
    void managersAreRememberedOverARestart() throws Exception {
        join("worker");
        List<KnownManagers.Manager> heard = List.of(
                new KnownManagers.Manager("b", new Endpoint("10.0.0.8", 2377)),
                new KnownManagers.Manager("a", new Endpoint("10.0.0.7", 2377)));
        int[] changes = {0};
        managers().follow(() -> changes[0]++);

        managers().update(heard);
        managers().update(List.of(heard.get(1), heard.get(0)));
        managers().update(List.of());

        assertThat(changes[0]).isEqualTo(1);
        node.close();
        startNode();
        assertThat(managers().all()).containsExactly(heard.get(1), heard.get(0));
        await("+skep.worker");
        assertThat(node.status().state()).isEqualTo(Swarm.State.PENDING);
    }

    @Test
    void aManagerGoesOnWithItsState() throws Exception {
        node.init(CREATION);
        node.close();
        rooms.starts.clear();
        rooms.restarted = true;

        startNode();

        await(Swarm.State.ACTIVE);
        assertThat(rooms.starts).containsExactly(ManagerStart.JOIN);
    }

    @Test
    void aBundleThatReopensDoesNotFoundTheSwarmAgain() throws Exception {
        node.init(CREATION);

        // The framework keeps what a bundle holds; another one, or the same one later, asks anew.
        var reference = context.getServiceReference(ManagerStart.class);
        while (context.ungetService(reference)) {
            Thread.onSpinWait();
        }

        assertThat(context.getService(reference)).isEqualTo(ManagerStart.JOIN);
    }

    @Test
    void aLockedManagerWaitsForItsKey() throws Exception {
        node.init(CREATION);
        node.close();
        rooms.events.clear();
        rooms.restarted = true;
        synchronized (rooms) {
            keys = new FakeKeys(directory);
            keys.lock();
            node = new LocalNode(context, config(), keys, host, ports, PATIENCE);
        }

        await(Swarm.State.LOCKED);
        assertThat(rooms.events).containsExactly("+membership");
        assertCode("INVALID_UNLOCK_KEY", () -> node.unlock("wrong"));
        assertCode("LOCKED", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN));
        assertCode("FORCE_REQUIRED", () -> node.leave(false));
        assertThat(node.status().state()).isEqualTo(Swarm.State.LOCKED);
        node.unlock(FakeKeys.UNLOCK_KEY);
        await(Swarm.State.ACTIVE);
        assertCode("NOT_LOCKED", () -> node.unlock(FakeKeys.UNLOCK_KEY));
    }

    @Test
    void aHostWithAnotherAddressAnnouncesIt() throws Exception {
        node.init(CREATION);
        node.close();
        host.remove("eth0").add("eth0", "10.0.0.77");
        rooms.restarted = true;

        startNode();

        await(Swarm.State.ACTIVE);
        assertThat(node.status().advertise()).contains(new Endpoint("10.0.0.77", 2377));
        assertThat(context.getService(context.getServiceReference(NodeAddresses.class))
                        .advertise()
                        .host())
                .isEqualTo("10.0.0.77");
        assertThat(new StateFiles(directory)
                        .read()
                        .orElseThrow()
                        .place()
                        .advertise()
                        .host())
                .isEqualTo("10.0.0.77");
    }

    @Test
    void anAddressThatChangesMeanwhileIsAnnounced() throws Exception {
        join("worker");

        host.remove("eth0").add("eth0", "10.0.0.77");

        eventually("address", () -> context.getService(context.getServiceReference(NodeAddresses.class))
                .advertise()
                .equals(new Endpoint("10.0.0.77", 2377)));
        assertThat(rooms.events).isEmpty();
    }

    @Test
    void aManagerThatLostTheOthersGoesOnAlone() throws Exception {
        join("manager");
        rooms.store.write(tx -> {
            tx.create(manager(FakeKeys.JOINED));
            tx.create(manager("lost"));
        });

        String id = node.forceNewCluster(Swarm.Addresses.CHOSEN);

        assertThat(id).isEqualTo(FakeKeys.JOINED);
        assertThat(rooms.starts).endsWith(ManagerStart.FORCE_NEW_CLUSTER);
        assertThat(rooms.events).doesNotContain("-skep.worker");
        Node lost = rooms.store.view().nodes().get("lost").orElseThrow();
        assertThat(lost.getRole()).isEqualTo(NodeRole.NODE_ROLE_WORKER);
        assertThat(lost.getSpec().getDesiredRole()).isEqualTo(NodeRole.NODE_ROLE_WORKER);
        assertThat(lost.getStatus().getState()).isEqualTo(NodeStatus.State.DOWN);
        Node self = rooms.store.view().nodes().get(id).orElseThrow();
        assertThat(self.getRole()).isEqualTo(NodeRole.NODE_ROLE_MANAGER);
        assertThat(managers().all()).containsExactly(new KnownManagers.Manager(id, new Endpoint("10.0.0.1", 2377)));
        assertThat(new StateFiles(directory).read().orElseThrow().start()).isEqualTo(ManagerStart.JOIN);
        await("+skep.leader");
    }

    @Test
    void aStartAfterHalfDoneRecoveryGoesOnWithIt() throws Exception {
        join("manager");
        node.close();
        StateFiles files = new StateFiles(directory);
        files.write(files.read().orElseThrow().starting(ManagerStart.FORCE_NEW_CLUSTER));
        rooms.store.write(tx -> {
            tx.create(manager(FakeKeys.JOINED));
            tx.create(manager("lost"));
        });

        startNode();

        await("+skep.leader");
        assertThat(rooms.starts).endsWith(ManagerStart.FORCE_NEW_CLUSTER);
        assertThat(rooms.store.view().nodes().get("lost").orElseThrow().getRole())
                .isEqualTo(NodeRole.NODE_ROLE_WORKER);
        assertThat(files.read().orElseThrow().start()).isEqualTo(ManagerStart.JOIN);
    }

    @Test
    void keysOfAnotherNodeAreNotUsed() throws Exception {
        join("worker");
        node.close();
        keys.put(new NodeIdentity("x".repeat(25), false, FakeKeys.CLUSTER));
        rooms.events.clear();

        startNode();

        await(Swarm.State.ERROR);
        assertThat(node.status().error()).contains("x".repeat(25), FakeKeys.JOINED);
        assertThat(rooms.events).doesNotContain("+skep.worker");
    }

    @ParameterizedTest
    @EnumSource(
            value = NodeRecord.Phase.class,
            names = {"CREATING", "JOINING"})
    void aStartAfterAHalfDoneChangeIsAsIfItNeverBegan(NodeRecord.Phase phase) throws Exception {
        node.close();
        Place place = new Place("0.0.0.0:2377", new Endpoint("10.0.0.1", 2377), "", "");
        NodeRecord half = phase == NodeRecord.Phase.CREATING
                ? NodeRecord.creating("a".repeat(25), "b".repeat(25), place)
                : NodeRecord.joining(place, new KnownManagers.Manager("", new Endpoint("10.0.0.9", 2377)));
        new StateFiles(directory).write(half);
        keys.put(new NodeIdentity("a".repeat(25), true, "b".repeat(25)));
        rooms.log("raft/log");
        rooms.log("raft.old/log");
        rooms.log("store.db.wal.0");

        startNode();

        await(Swarm.State.INACTIVE);
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("raft.old")).doesNotExist();
        assertThat(directory.resolve("keys")).doesNotExist();
        assertThat(directory.resolve("store.db.wal.0")).doesNotExist();
        assertThat(rooms.events).isEmpty();
        assertThat(node.init(CREATION)).isNotEqualTo(half.nodeId());
    }

    @Test
    void identityIsForTheOwnersEyesOnly() throws Exception {
        node.init(CREATION);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("node.json"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("node.json"))).contains("\"phase\" : \"member\"");
    }

    @Test
    void stoppingClosesRoomsInOrderAndStartingOpensThemAgain() throws Exception {
        String id = node.init(CREATION);
        await("+skep.leader");
        rooms.events.clear();

        node.close();

        assertThat(rooms.events).containsExactly("-skep.leader", "-skep.worker", "-skep.manager", "-membership");
        rooms.events.clear();
        rooms.restarted = true;
        startNode();
        await("+skep.leader");
        await(Swarm.State.ACTIVE);
        assertThat(node.status().nodeId()).isEqualTo(id);
        assertThat(rooms.events).startsWith("+membership", "+skep.manager");
    }

    @Test
    void leaderConditionFollowsTheProposer() throws Exception {
        node.init(CREATION);
        await("+skep.leader");
        rooms.events.clear();

        node.unbindProposer(rooms.proposer);
        rooms.consensus.leader(null);
        await("-skep.leader");
        assertThat(node.status().leader()).isFalse();
        assertThat(node.status().error()).isEqualTo("the swarm has no leader");

        node.bindProposer(rooms.proposer);
        await("+skep.leader");
    }

    @Test
    void damagedIdentityIsNamedAndLeftAlone() throws Exception {
        node.close();
        Files.writeString(directory.resolve("node.json"), "{ \"nodeId\": ");

        startNode();

        assertThat(node.status().state()).isEqualTo(Swarm.State.ERROR);
        assertThat(node.status().error()).contains("node.json");
        assertThat(node.status().remedy()).contains("repair or move away the file");
        assertCode("STATE_DAMAGED", () -> node.init(CREATION));
        assertThat(directory.resolve("node.json")).hasContent("{ \"nodeId\": ");
    }

    @Test
    void stateWithoutIdentityIsNeverOverwritten() throws Exception {
        rooms.log("raft/log");

        assertCode("STATE_LEFTOVER", () -> node.init(CREATION));

        assertThat(directory.resolve("raft/log")).exists();
    }

    @Test
    void anIdentityThatCannotBeWrittenIsNamed() throws Exception {
        // A directory in the way of the file stands for a disk that takes no more.
        Files.createDirectories(directory.resolve("node.json/in-the-way"));

        assertThatThrownBy(() -> {
                    startNode();
                    node.init(CREATION);
                })
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("node.json");
        assertThat(directory.resolve("node.json.new")).doesNotExist();
        assertThat(rooms.events).isEmpty();
    }
}
