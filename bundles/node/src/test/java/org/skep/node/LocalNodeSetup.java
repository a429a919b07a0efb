package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.launch.Framework;
import org.osgi.service.condition.Condition;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeFacts;
import org.skep.api.node.Roles;
import org.skep.api.node.SwarmMembership;
import org.skep.control.Control;
import org.skep.control.Nodes;
import org.skep.control.Swarm;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.store.Proposer;
import org.skep.store.testing.TestStore;

/** A node in a framework of its own, with rooms, keys and a network that tests direct. */
abstract class LocalNodeSetup {

    static final Duration LIMIT = Duration.ofSeconds(10);

    static final Patience PATIENCE = new Patience(
            Duration.ofMillis(300),
            LIMIT,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofMillis(50));

    static final Swarm.Creation CREATION = new Swarm.Creation(
            Swarm.Addresses.CHOSEN, NodeSpec.Availability.ACTIVE, ClusterSpec.getDefaultInstance(), List.of(), 0, 0);

    @TempDir
    Path directory;

    Framework framework;

    BundleContext context;

    Rooms rooms;

    FakeKeys keys;

    LocalNode node;

    final FakeNetwork host = new FakeNetwork().add("eth0", "10.0.0.1").name("alpha", "10.0.0.1");

    Ports ports = listen -> {};

    /** Stands for raft, the store and the agent: they come and go with the conditions. */
    final class Rooms implements ServiceListener {

        final List<String> events = new CopyOnWriteArrayList<>();
        final Proposer proposer = entry -> null;
        TestStore store = new TestStore();
        final List<ManagerStart> starts = new CopyOnWriteArrayList<>();
        FakeConsensus consensus;
        boolean electable = true;
        /** Whether a manager that joins finds its own state, and leads. */
        boolean restarted;

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

        synchronized void manage(boolean opens) {
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

        boolean founds() {
            return starts.get(starts.size() - 1) != ManagerStart.JOIN || restarted;
        }

        Node ready(Node node) {
            return node.toBuilder()
                    .setStatus(node.getStatus().toBuilder().setState(NodeStatus.State.READY))
                    .build();
        }

        void log(String name) {
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

    void startNode() {
        // No room opens before it can be told of the new node.
        synchronized (rooms) {
            keys = new FakeKeys(directory);
            node = new LocalNode(context, config(), keys, host, endpoint -> ports.check(endpoint), PATIENCE);
        }
    }

    NodeConfig config() {
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

    void await(String event) {
        eventually(event, () -> rooms.events.contains(event));
    }

    void await(Swarm.State state) {
        eventually("state " + state, () -> node.status().state() == state);
    }

    Cluster cluster() {
        return rooms.store.view().cluster().orElseThrow();
    }

    void assertRefused(ClusterSpec spec, int port, String message) {
        assertThatThrownBy(() -> node.init(new Swarm.Creation(
                        Swarm.Addresses.CHOSEN, NodeSpec.Availability.ACTIVE, spec, List.of(), 0, port)))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining(message);
    }

    static Swarm.Admission admission(String token) {
        return new Swarm.Admission(
                new Endpoint("10.0.0.9", 2377), token, Swarm.Addresses.CHOSEN, NodeSpec.Availability.DRAIN);
    }

    void told(boolean manager) {
        told(manager, false, "");
    }

    void told(boolean manager, boolean renew, String roots) {
        told(1, manager, renew, roots);
    }

    void told(long version, boolean manager, boolean renew, String roots) {
        told(version, false, manager, renew, roots);
    }

    void told(long version, boolean lasting, boolean manager, boolean renew, String roots) {
        context.getService(context.getServiceReference(NodeFacts.class))
                .told(new NodeFacts.Facts(version, lasting, manager, renew, roots.getBytes(StandardCharsets.UTF_8)));
    }

    KnownManagers managers() {
        return context.getService(context.getServiceReference(KnownManagers.class));
    }

    /** Joins as told by the managers. */
    void join(String token) throws Exception {
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

    static Node manager(String id) {
        return Node.newBuilder()
                .setId(id)
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setSpec(NodeSpec.newBuilder().setDesiredRole(NodeRole.NODE_ROLE_MANAGER))
                .build();
    }

    /** A Control API that knows the nodes of the store. */
    Control control(BiConsumer<String, NodeSpec> update) {
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

    static void assertCode(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }
}
