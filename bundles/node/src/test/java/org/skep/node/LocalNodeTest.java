package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.skep.api.testing.Eventually.eventually;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.launch.Framework;
import org.osgi.service.condition.Condition;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeFacts;
import org.skep.api.node.NodeIdentity;
import org.skep.api.node.Roles;
import org.skep.api.node.SwarmMembership;
import org.skep.control.Control;
import org.skep.control.Nodes;
import org.skep.control.Swarm;
import org.skep.pki.UnlockKey;
import org.skep.protocol.CAConfig;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.DispatcherConfig;
import org.skep.protocol.EncryptionConfig;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.RaftConfig;
import org.skep.store.Proposer;
import org.skep.store.testing.TestStore;

class LocalNodeTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Patience PATIENCE = new Patience(
            Duration.ofMillis(300),
            LIMIT,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofMillis(50));
    private static final Swarm.Creation CREATION = new Swarm.Creation(
            Swarm.Addresses.CHOSEN, NodeSpec.Availability.ACTIVE, ClusterSpec.getDefaultInstance(), List.of(), 0, 0);

    @TempDir
    Path directory;

    private Framework framework;
    private BundleContext context;
    private Rooms rooms;
    private FakeKeys keys;
    private LocalNode node;
    private final FakeNetwork host = new FakeNetwork().add("eth0", "10.0.0.1").name("alpha", "10.0.0.1");
    private Ports ports = listen -> {};

    /** Stands for raft, the store and the agent: they come and go with the conditions. */
    private final class Rooms implements ServiceListener {

        private final List<String> events = new CopyOnWriteArrayList<>();
        private final Proposer proposer = entry -> null;
        private TestStore store = new TestStore();
        private final List<ManagerStart> starts = new CopyOnWriteArrayList<>();
        private FakeConsensus consensus;
        private boolean electable = true;
        /** Whether a manager that joins finds its own state, and leads. */
        private boolean restarted;

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
                starts.add(context.getService(context.getServiceReference(ManagerStart.class)));
                consensus = new FakeConsensus(keys.identity().orElseThrow().nodeId());
                consensus.member(keys.identity().orElseThrow().nodeId(), founds(), true);
                if (!electable) {
                    consensus.leader(null);
                }
                node.bindConsensus(consensus);
                node.bindStore(store);
                if (electable && founds()) {
                    node.bindProposer(proposer);
                }
            } else {
                node.unbindProposer(proposer);
                node.unbindStore(store);
                node.unbindConsensus(consensus);
            }
        }

        private boolean founds() {
            return starts.get(starts.size() - 1) != ManagerStart.JOIN || restarted;
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
            keys = new FakeKeys(directory);
            node = new LocalNode(context, config(), keys, host, endpoint -> ports.check(endpoint), PATIENCE);
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
        assertCode("NOT_IN_SWARM", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN));
        assertCode("NOT_IN_SWARM", () -> node.unlock("key"));
    }

    private Cluster cluster() {
        return rooms.store.view().cluster().orElseThrow();
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

    private void assertRefused(ClusterSpec spec, int port, String message) {
        assertThatThrownBy(() -> node.init(new Swarm.Creation(
                        Swarm.Addresses.CHOSEN, NodeSpec.Availability.ACTIVE, spec, List.of(), 0, port)))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining(message);
    }

    private static Swarm.Admission admission(String token) {
        return new Swarm.Admission(
                new Endpoint("10.0.0.9", 2377), token, Swarm.Addresses.CHOSEN, NodeSpec.Availability.DRAIN);
    }

    private void told(boolean manager) {
        told(manager, false, "");
    }

    private void told(boolean manager, boolean renew, String roots) {
        told(1, manager, renew, roots);
    }

    private void told(long version, boolean manager, boolean renew, String roots) {
        told(version, false, manager, renew, roots);
    }

    private void told(long version, boolean lasting, boolean manager, boolean renew, String roots) {
        context.getService(context.getServiceReference(NodeFacts.class))
                .told(new NodeFacts.Facts(version, lasting, manager, renew, roots.getBytes(StandardCharsets.UTF_8)));
    }

    private KnownManagers managers() {
        return context.getService(context.getServiceReference(KnownManagers.class));
    }

    /** Joins as told by the managers. */
    private void join(String token) throws Exception {
        Thread joining = new Thread(() -> {
            try {
                node.join(admission(token));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        joining.start();
        await("+skep.worker");
        told(token.equals("manager"));
        if (token.equals("manager")) {
            rooms.consensus.member(FakeKeys.JOINED, true, true);
        }
        joining.join(LIMIT.toMillis());
        rooms.events.clear();
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
    void aNodeThatNobodyGreetsGoesOnJoining() throws Exception {
        Swarm.Joined joined = node.join(admission("worker"));

        assertThat(joined).isEqualTo(new Swarm.Joined(FakeKeys.JOINED, false, true));
        assertThat(node.status().state()).isEqualTo(Swarm.State.PENDING);
        told(false);
        assertThat(node.status().state()).isEqualTo(Swarm.State.ACTIVE);
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
    void aWorkerIsPromotedWithoutTouchingItsTasks() throws Exception {
        join("worker");

        told(true);

        eventually("manager", () -> node.status().manager() && rooms.starts.equals(List.of(ManagerStart.JOIN)));
        assertThat(rooms.events).contains("+skep.manager").doesNotContain("-skep.worker");
        assertThat(keys.calls()).endsWith("renew true");
    }

    @Test
    void aManagerIsDemotedWithoutTouchingItsTasks() throws Exception {
        join("manager");
        rooms.log("worker/task");

        told(false);

        eventually("worker", () -> !node.status().manager());
        assertThat(rooms.events).containsExactly("-skep.manager");
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("store.db")).doesNotExist();
        assertThat(directory.resolve("worker/task")).exists();
        assertThat(keys.calls()).endsWith("renew false");
    }

    @Test
    void theLastToldRoleWins() throws Exception {
        join("worker");
        keys.doNotAnswer();
        told(true);
        eventually("renewal", () -> keys.calls().contains("renew true"));

        told(false);
        told(true);
        told(false);
        keys.answer();

        Thread.yield();
        told(true);
        await("+skep.manager");
        told(false);
        await("-skep.manager");
        eventually("worker", () -> !keys.identity().orElseThrow().manager());
        assertThat(rooms.events).doesNotContain("-skep.worker");
    }

    @Test
    void aRenewalThatIsNotWantedAnyMoreIsGivenUp() throws Exception {
        join("worker");
        keys.doNotAnswer();
        told(true);
        eventually("renewal", () -> keys.calls().contains("renew true"));

        told(false);
        node.leave(false);

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(rooms.starts).isEmpty();
    }

    @Test
    void aManagersCertificateAloneMakesNoManager() throws Exception {
        join("worker");
        keys.renewedMeanwhile(true);
        ports = endpoint -> {
            throw SkepException.resource("PORT_IN_USE", "port 2377 is in use", "", null);
        };
        told(true);
        eventually("refusal", () -> node.status().error().equals("port 2377 is in use"));
        assertThat(rooms.starts).isEmpty();

        ports = endpoint -> {};

        await("+skep.manager");
        assertThat(keys.calls()).endsWith("renew true");
    }

    @Test
    void whoWaitsForManagersStillRefusesWhatIsWrong() throws Exception {
        join("worker");
        keys.doNotAnswer();
        told(true);
        eventually("renewal", () -> keys.calls().contains("renew true"));

        assertTimeoutPreemptively(LIMIT, () -> {
            assertCode("ALREADY_IN_SWARM", () -> node.init(CREATION));
            assertCode("ALREADY_IN_SWARM", () -> node.join(admission("worker")));
            assertCode("NOT_A_MANAGER", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN));
        });

        keys.answer();
        await("+skep.manager");
    }

    /** Its state is gone, although its certificate is still that of a manager. */
    @Test
    void whoIsBeingDemotedCannotBeginAnew() throws Exception {
        join("manager");
        keys.doNotAnswer();
        told(false);
        eventually("renewal", () -> keys.calls().contains("renew false"));

        assertTimeoutPreemptively(
                LIMIT, () -> assertCode("NOT_A_MANAGER", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN)));

        assertThat(rooms.starts).doesNotContain(ManagerStart.FORCE_NEW_CLUSTER);
        keys.answer();
        eventually("worker", () -> !node.status().manager());
    }

    @Test
    void aPromotionWaitsForItsPorts() throws Exception {
        join("worker");
        ports = endpoint -> {
            throw SkepException.resource("PORT_IN_USE", "port 2377 is in use", "", null);
        };
        told(true);
        told(true);
        eventually("refusal", () -> node.status().error().equals("port 2377 is in use"));
        assertThat(keys.calls()).doesNotContain("renew true");

        ports = endpoint -> {};

        await("+skep.manager");
        eventually("no refusal", () -> node.status().error().isEmpty());
    }

    @Test
    void rootsAndRenewalsReachTheKeysOnce() throws Exception {
        join("worker");

        told(false, false, "roots");
        told(false, true, "roots");

        eventually("told", () -> keys.calls().contains("renewSoon"));
        assertThat(keys.calls()).containsOnlyOnce("trust roots");
    }

    @Test
    void whatIsOlderThanWhatIsKnownCountsForNothing() throws Exception {
        join("worker");

        told(7, false, false, "roots");
        told(6, true, true, "older roots");
        told(7, false, true, "roots");

        eventually("told", () -> keys.calls().contains("renewSoon"));
        assertThat(keys.calls()).contains("trust roots").doesNotContain("trust older roots");
        assertThat(node.status().manager()).isFalse();
        node.leave(false);
        join("worker");
        told(1, false, false, "roots of another swarm");
        eventually("a new swarm counts anew", () -> keys.calls().contains("trust roots of another swarm"));
    }

    @Test
    void whatALastingSessionSaysCountsThoughItIsOlder() throws Exception {
        join("worker");
        told(7, false, false, "roots");

        told(3, true, true, false, "roots");

        await("+skep.manager");
        told(4, false, false, false, "roots");
        eventually("the next one goes on from there", () -> !node.status().manager());
    }

    @Test
    void aNodeThatWasRemovedSaysSo() throws Exception {
        join("worker");

        context.getService(context.getServiceReference(NodeFacts.class))
                .refused("this node was removed from the swarm");

        assertThat(node.status().state()).isEqualTo(Swarm.State.ERROR);
        assertThat(node.status().error()).contains("was removed", "swarm leave");
        assertThat(node.status().remedy()).startsWith("leave with \"swarm leave\"");
        assertThat(directory.resolve("keys")).exists();
        node.leave(false);
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
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

    private static Node manager(String id) {
        return Node.newBuilder()
                .setId(id)
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setSpec(NodeSpec.newBuilder().setDesiredRole(NodeRole.NODE_ROLE_MANAGER))
                .build();
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

    @Test
    void whoHasLostTheKeysCanForgetTheSwarm() throws Exception {
        join("worker");
        node.close();
        Files.delete(directory.resolve("keys/certificate"));

        startNode();

        await(Swarm.State.ERROR);
        assertCode("STATE_DAMAGED", () -> node.leave(false));
        assertCode("STATE_DAMAGED", () -> node.init(CREATION));
        node.leave(true);
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        node.init(CREATION);
    }

    @Test
    void aManagerIsToldWhatItsLeaveCosts() throws Exception {
        join("manager");
        rooms.consensus.member("m2", true, true);
        rooms.consensus.member("m3", true, true);
        assertThatThrownBy(() -> node.leave(false))
                .hasMessage("this node is a manager of the swarm: 2 managers are left, of which none may fail");

        rooms.consensus.member("m3", true, false);
        assertThatThrownBy(() -> node.leave(false))
                .hasMessage("this node is a manager of the swarm: only 1 of the 2 managers left can be reached, too few"
                        + " for a quorum, and the swarm could decide nothing any more")
                .extracting(e -> ((SkepException) e).hint())
                .isEqualTo("bring other managers back first, or use --force to leave all the same");
    }

    @Test
    void aLockedManagerKnowsThatItIsNotTheLast() throws Exception {
        node.init(CREATION);
        managers()
                .update(List.of(
                        new KnownManagers.Manager(node.status().nodeId(), new Endpoint("10.0.0.7", 2377)),
                        new KnownManagers.Manager("m2", new Endpoint("10.0.0.2", 2377)),
                        new KnownManagers.Manager("m3", new Endpoint("10.0.0.3", 2377))));
        node.close();
        rooms.restarted = true;
        synchronized (rooms) {
            keys = new FakeKeys(directory);
            keys.lock();
            node = new LocalNode(context, config(), keys, host, ports, PATIENCE);
        }
        await(Swarm.State.LOCKED);

        assertThatThrownBy(() -> node.leave(false))
                .hasMessage("this node is a manager of the swarm, and how the 2 others do cannot be seen from here");
    }

    @Test
    void aManagerStepsDownBeforeItLeaves() throws Exception {
        join("manager");
        rooms.consensus.member("m2", true, true);
        rooms.store.write(tx -> tx.create(manager(FakeKeys.JOINED)));
        register(control((id, spec) -> {
            rooms.events.add("desired " + spec.getDesiredRole());
            told(false);
        }));
        node.departures = List.of(() -> rooms.events.add("departure"));

        node.leave(true);

        assertThat(rooms.events)
                .containsExactly(
                        "desired NODE_ROLE_WORKER", "departure", "-skep.worker", "-skep.manager", "-membership");
        assertThat(keys.calls()).doesNotContain("renew false");
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void aManagerLeavesThoughTheOthersDoNotLetItGo() throws Exception {
        join("manager");
        rooms.consensus.member("m2", true, true);
        rooms.store.write(tx -> tx.create(manager(FakeKeys.JOINED)));
        register(control((id, spec) -> {
            throw SkepException.state("QUORUM", "the swarm would lose its quorum", "");
        }));

        node.leave(true);

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    private void register(Control control) {
        context.registerService(Control.class, control, null);
    }

    /** A Control API that knows the nodes of the store. */
    private Control control(BiConsumer<String, NodeSpec> update) {
        Nodes nodes = (Nodes) Proxy.newProxyInstance(
                Nodes.class.getClassLoader(), new Class<?>[] {Nodes.class}, (proxy, method, arguments) -> {
                    String id = (String) arguments[0];
                    if (method.getName().equals("update")) {
                        update.accept(id, (NodeSpec) arguments[2]);
                    }
                    return rooms.store.view().nodes().get(id).orElseThrow();
                });
        return (Control) Proxy.newProxyInstance(
                Control.class.getClassLoader(), new Class<?>[] {Control.class}, (proxy, method, arguments) -> nodes);
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

    /** What a crash at each point of a promotion or demotion leaves, and what the node is told at its next start. */
    @ParameterizedTest
    @CsvSource({
        // certificate, log, told: ends as
        "false, false, true, true",
        "true, false, true, true",
        "true, true, true, true",
        "true, true, false, false",
        "true, false, false, false",
        "false, false, false, false"
    })
    void aStartAfterAHalfDoneChangeOfRoleEndsAsTold(boolean manager, boolean log, boolean told, boolean ends)
            throws Exception {
        join("worker");
        node.close();
        keys.put(new NodeIdentity(FakeKeys.JOINED, manager, FakeKeys.CLUSTER));
        if (log) {
            rooms.log("raft/log");
        } else {
            rooms.log("raft.old/log");
        }
        rooms.events.clear();

        startNode();
        await("+skep.worker");
        told(told);

        eventually(
                "role",
                () -> node.status().manager() == ends
                        && rooms.events.lastIndexOf("+skep.manager") > rooms.events.lastIndexOf("-skep.manager")
                                == ends);
        assertThat(rooms.events).doesNotContain("-skep.worker");
        if (!ends && manager) {
            assertThat(directory.resolve("raft")).doesNotExist();
            assertThat(directory.resolve("raft.old")).doesNotExist();
        }
    }

    @Test
    void identityIsForTheOwnersEyesOnly() throws Exception {
        node.init(CREATION);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("node.json"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("node.json"))).contains("\"phase\" : \"member\"");
    }

    @Test
    void secondInitIsRefused() throws Exception {
        node.init(CREATION);

        assertThatThrownBy(() -> node.init(CREATION))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("already part of a swarm");
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
    void leaveNeedsForceAndThenLeavesNothing() throws Exception {
        String first = node.init(CREATION);
        assertCode("FORCE_REQUIRED", () -> node.leave(false));

        node.leave(true);

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(directory.resolve("node.json")).doesNotExist();
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("store.db")).doesNotExist();
        assertThat(directory.resolve("keys")).doesNotExist();
        assertThat(rooms.events).endsWith("-skep.worker", "-skep.manager", "-membership");
        rooms.store = new TestStore();
        assertThat(node.init(CREATION)).isNotEqualTo(first);
    }

    @Test
    void initWithoutLeaderLeavesNoTrace() throws Exception {
        rooms.electable = false;

        assertCode("NO_LEADER", () -> node.init(CREATION));

        assertThat(directory.resolve("node.json")).doesNotExist();
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        rooms.electable = true;
        assertThat(node.init(CREATION)).isNotEmpty();
    }

    @Test
    void startAfterHalfDoneLeaveGoesOnWithIt() throws Exception {
        node.init(CREATION);
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

    @Test
    void departuresComeBeforeAnyRoomCloses() throws Exception {
        node.init(CREATION);
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
        node.init(CREATION);
        node.departures = List.of(() -> new java.util.concurrent.CountDownLatch(1).await());

        assertCode("TASKS_LEFT_BEHIND", () -> node.leave(true));

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void aLeaveThatIsBrokenOffWhileTasksStopIsALeave() throws Exception {
        join("worker");
        CountDownLatch departing = new CountDownLatch(1);
        node.departures = List.of(() -> {
            departing.countDown();
            new CountDownLatch(1).await();
        });
        AtomicReference<Throwable> told = new AtomicReference<>();
        Thread leaving = new Thread(() -> {
            try {
                node.leave(false);
            } catch (InterruptedException | RuntimeException e) {
                told.set(e);
            }
        });
        leaving.start();
        departing.await();
        leaving.interrupt();
        leaving.join();

        assertThat(told.get()).isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.code())
                .isEqualTo("TASKS_LEFT_BEHIND"));
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(directory.resolve("node.json")).doesNotExist();
    }

    @Test
    void aDepartureSaysWhatItLeavesBehind() throws Exception {
        node.init(CREATION);
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
