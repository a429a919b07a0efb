package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.launch.Framework;
import org.osgi.service.condition.Condition;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.Roles;
import org.skep.api.node.SwarmMembership;
import org.skep.control.Swarm;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.store.Proposer;
import org.skep.store.testing.TestStore;

class LocalNodeTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private Framework framework;
    private BundleContext context;
    private Rooms rooms;
    private LocalNode node;

    /** Stands for raft, the store and the agent: they come and go with the conditions. */
    private final class Rooms implements ServiceListener {

        private final List<String> events = new CopyOnWriteArrayList<>();
        private final Proposer proposer = entry -> null;
        private TestStore store = new TestStore();
        private boolean electable = true;

        @Override
        public void serviceChanged(ServiceEvent event) {
            Object id = event.getServiceReference().getProperty(Condition.CONDITION_ID);
            String name = id == null ? "membership" : id.toString();
            boolean opens = event.getType() == ServiceEvent.REGISTERED;
            events.add((opens ? "+" : "-") + name);
            if (name.equals(Roles.MANAGER)) {
                manage(opens);
            } else if (name.equals(Roles.WORKER) && opens) {
                store.write(tx -> tx.nodes().all().forEach(node -> tx.update(ready(node))));
            }
        }

        private synchronized void manage(boolean opens) {
            if (opens) {
                log("raft/log");
                log("store.db");
                node.bindStore(store);
                if (electable) {
                    node.bindProposer(proposer);
                }
            } else {
                node.unbindProposer(proposer);
                node.unbindStore(store);
            }
        }

        private Node ready(Node node) {
            return node.toBuilder()
                    .setStatus(node.getStatus().toBuilder().setState(NodeStatus.State.READY))
                    .build();
        }

        private void log(String name) {
            try {
                Path file = directory.resolve(name);
                Files.createDirectories(file.getParent());
                Files.writeString(file, "state");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @BeforeEach
    void open() throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put("org.osgi.framework.storage", directory.resolve("felix").toString());
        properties.put("felix.cache.locking", "false");
        framework = new FrameworkFactory().newFramework(properties);
        framework.start();
        context = framework.getBundleContext();
        rooms = new Rooms();
        context.addServiceListener(
                rooms,
                "(|(objectClass=" + SwarmMembership.class.getName() + ")(&(objectClass=" + Condition.class.getName()
                        + ")(osgi.condition.id=skep.*)))");
        startNode();
    }

    @AfterEach
    void shut() throws Exception {
        node.close();
        framework.stop();
        framework.waitForStop(LIMIT.toMillis());
    }

    private void startNode() {
        // No room opens before it can be told of the new node.
        synchronized (rooms) {
            node = new LocalNode(
                    context, config(), new LocalNode.Patience(Duration.ofMillis(300), LIMIT, Duration.ofSeconds(1)));
        }
    }

    private NodeConfig config() {
        return new NodeConfig(
                "0.1.0",
                directory,
                "alpha",
                new InetSocketAddress("127.0.0.1", 0),
                NodeConfig.RuntimeChoice.AUTO,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO);
    }

    private void await(String event) {
        eventually(event, () -> rooms.events.contains(event));
    }

    private void await(Swarm.State state) {
        eventually("state " + state, () -> node.status().state() == state);
    }

    @Test
    void beforeInitThereIsNoSwarm() {
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(node.status().hostname()).isEqualTo("alpha");
        assertThat(rooms.events).isEmpty();
        assertCode("NOT_IN_SWARM", () -> node.leave(true));
        assertCode("NOT_A_MANAGER", () -> node.cluster());
    }

    @Test
    void initMakesClusterNodeAndNetworks() throws Exception {
        String id = node.init(NodeSpec.Availability.PAUSE);

        assertThat(id).matches("[0-9a-z]{25}");
        assertThat(node.status())
                .returns(Swarm.State.ACTIVE, Swarm.Status::state)
                .returns(id, Swarm.Status::nodeId)
                .returns(true, Swarm.Status::manager)
                .returns(true, Swarm.Status::leader)
                .returns("", Swarm.Status::error);
        assertThat(node.cluster().getSpec().getAnnotations().getName()).isEqualTo("default");
        assertThat(node.cluster().getSpec().getOrchestration().getTaskHistoryRetentionLimit())
                .isEqualTo(5);
        Node made = rooms.store.view().nodes().get(id).orElseThrow();
        assertThat(made.getRole()).isEqualTo(NodeRole.NODE_ROLE_MANAGER);
        assertThat(made.getManagerStatus().getLeader()).isTrue();
        assertThat(made.getSpec().getAvailability()).isEqualTo(NodeSpec.Availability.PAUSE);
        assertThat(made.getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(rooms.store.view().networks().all())
                .extracting(
                        (Network network) -> network.getSpec().getAnnotations().getName())
                .containsExactlyInAnyOrder("bridge", "host", "none");
        await("+skep.leader");
        assertThat(rooms.events).startsWith("+membership", "+skep.manager").contains("+skep.worker");
    }

    @Test
    void identityIsForTheOwnersEyesOnly() throws Exception {
        node.init(NodeSpec.Availability.ACTIVE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("node.json"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("node.json"))).contains("\"phase\": \"member\"");
    }

    @Test
    void secondInitIsRefused() throws Exception {
        node.init(NodeSpec.Availability.ACTIVE);

        assertThatThrownBy(() -> node.init(NodeSpec.Availability.ACTIVE))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("already part of a swarm");
    }

    @Test
    void stoppingClosesRoomsInOrderAndStartingOpensThemAgain() throws Exception {
        String id = node.init(NodeSpec.Availability.ACTIVE);
        await("+skep.leader");
        rooms.events.clear();

        node.close();

        assertThat(rooms.events).containsExactly("-skep.leader", "-skep.worker", "-skep.manager", "-membership");
        rooms.events.clear();
        startNode();
        await("+skep.leader");
        await(Swarm.State.ACTIVE);
        assertThat(node.status().nodeId()).isEqualTo(id);
        assertThat(rooms.events).startsWith("+membership", "+skep.manager");
    }

    @Test
    void leaderConditionFollowsTheProposer() throws Exception {
        node.init(NodeSpec.Availability.ACTIVE);
        await("+skep.leader");
        rooms.events.clear();

        node.unbindProposer(rooms.proposer);
        await("-skep.leader");
        assertThat(node.status().leader()).isFalse();
        assertThat(node.status().error()).isEqualTo("the swarm has no leader");

        node.bindProposer(rooms.proposer);
        await("+skep.leader");
    }

    @Test
    void leaveNeedsForceAndThenLeavesNothing() throws Exception {
        String first = node.init(NodeSpec.Availability.ACTIVE);
        assertCode("FORCE_REQUIRED", () -> node.leave(false));

        node.leave(true);

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(directory.resolve("node.json")).doesNotExist();
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("store.db")).doesNotExist();
        assertThat(rooms.events).endsWith("-skep.worker", "-skep.manager", "-membership");
        rooms.store = new TestStore();
        assertThat(node.init(NodeSpec.Availability.ACTIVE)).isNotEqualTo(first);
    }

    @Test
    void initWithoutLeaderLeavesNoTrace() throws Exception {
        rooms.electable = false;

        assertCode("NO_LEADER", () -> node.init(NodeSpec.Availability.ACTIVE));

        assertThat(directory.resolve("node.json")).doesNotExist();
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        rooms.electable = true;
        assertThat(node.init(NodeSpec.Availability.ACTIVE)).isNotEmpty();
    }

    @Test
    void startAfterHalfDoneInitIsAsIfItNeverBegan() throws Exception {
        node.close();
        Identity half = new Identity("a".repeat(25), "b".repeat(25), Identity.Phase.CREATING);
        new StateFiles(directory).write(half);
        rooms.log("raft/log");
        rooms.log("store.db.wal.0");

        startNode();

        await(Swarm.State.INACTIVE);
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("store.db.wal.0")).doesNotExist();
        assertThat(rooms.events).isEmpty();
        assertThat(node.init(NodeSpec.Availability.ACTIVE)).isNotEqualTo(half.nodeId());
    }

    @Test
    void startAfterHalfDoneLeaveGoesOnWithIt() throws Exception {
        node.init(NodeSpec.Availability.ACTIVE);
        node.close();
        new StateFiles(directory).markLeaving();

        startNode();

        await(Swarm.State.INACTIVE);
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("node.json.leaving")).doesNotExist();
    }

    @Test
    void damagedIdentityIsNamedAndLeftAlone() throws Exception {
        node.close();
        Files.writeString(directory.resolve("node.json"), "{ \"nodeId\": ");

        startNode();

        assertThat(node.status().state()).isEqualTo(Swarm.State.ERROR);
        assertThat(node.status().error()).contains("node.json");
        assertCode("STATE_DAMAGED", () -> node.init(NodeSpec.Availability.ACTIVE));
        assertThat(directory.resolve("node.json")).hasContent("{ \"nodeId\": ");
    }

    @Test
    void stateWithoutIdentityIsNeverOverwritten() throws Exception {
        rooms.log("raft/log");

        assertCode("STATE_LEFTOVER", () -> node.init(NodeSpec.Availability.ACTIVE));

        assertThat(directory.resolve("raft/log")).exists();
    }

    @Test
    void anIdentityThatCannotBeWrittenIsNamed() throws Exception {
        // A directory in the way of the file stands for a disk that takes no more.
        Files.createDirectories(directory.resolve("node.json/in-the-way"));

        assertThatThrownBy(() -> {
                    startNode();
                    node.init(NodeSpec.Availability.ACTIVE);
                })
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("node.json");
        assertThat(directory.resolve("node.json.new")).doesNotExist();
        assertThat(rooms.events).isEmpty();
    }

    @Test
    void departuresComeBeforeAnyRoomCloses() throws Exception {
        node.init(NodeSpec.Availability.ACTIVE);
        await("+skep.leader");
        rooms.events.clear();
        node.departures = List.of(() -> rooms.events.add("departure"), () -> {
            throw new IllegalStateException("cannot give up");
        });

        node.leave(true);

        assertThat(rooms.events).first().isEqualTo("departure");
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void aDepartureThatHangsDoesNotKeepTheNode() throws Exception {
        node.init(NodeSpec.Availability.ACTIVE);
        node.departures = List.of(() -> new java.util.concurrent.CountDownLatch(1).await());

        assertCode("TASKS_LEFT_BEHIND", () -> node.leave(true));

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void aDepartureSaysWhatItLeavesBehind() throws Exception {
        node.init(NodeSpec.Availability.ACTIVE);
        node.departures = List.of(() -> {
            throw SkepException.resource("TASKS_LEFT_BEHIND", "web.1.t1: the engine does not answer", "", null);
        });

        assertThatThrownBy(() -> node.leave(true)).hasMessageContaining("web.1.t1: the engine does not answer");

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    private static void assertCode(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }
}
