package org.skep.control.routed;

import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.SwarmMembership;
import org.skep.control.Control;
import org.skep.control.local.LocalControls;
import org.skep.control.remote.ControlServer;
import org.skep.control.testing.FakeConsensus;
import org.skep.protocol.Cluster;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.rpc.Connections;
import org.skep.store.Consensus;
import org.skep.store.testing.TestStore;

/** Managers that share one state, in memory, and call each other. */
final class Managers implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Map<String, One> all = new HashMap<>();
    private final TestStore store = new TestStore();

    /** One of the managers. */
    final class One {
        final String id;
        final FakeConsensus consensus;
        final LocalControls local;
        final Leadership leadership;
        final Control control;
        private ControlServer server;

        private One(String id, List<String> ids) {
            this.id = id;
            consensus = new FakeConsensus(id)
                    .members(ids.stream()
                            .map(other -> new Consensus.Member(other, true, true, 10))
                            .toArray(Consensus.Member[]::new))
                    .led(Optional.empty());
            consensus.barriers(() -> consensus.status().leads()
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedStage(SkepException.state("NO_LEADER", "does not lead", "")));
            SwarmMembership membership = new SwarmMembership(id, "cluster");
            local = new LocalControls(membership, store, consensus);
            leadership = new Leadership(local.control());
            leadership.bindMembership(membership);
            leadership.bindManager(ManagerStart.JOIN);
            leadership.bindConsensus(consensus);
            leadership.bindConnections(new Network());
            control = new RoutedControl(new Router(leadership, PATIENCE));
            server = new ControlServer(local.control());
        }

        /** It answers others as {@code change} has it. */
        void serve(UnaryOperator<Control> change) {
            server.close();
            server = new ControlServer(change.apply(local.control()));
        }

        void die() {
            server.die();
        }

        void revive() {
            server.close();
            server = new ControlServer(local.control());
        }
    }

    private final class Network implements Connections {
        @Override
        public Channel to(Endpoint manager) {
            return to(manager.host());
        }

        @Override
        public Channel to(String nodeId) {
            if (!all.containsKey(nodeId)) {
                throw SkepException.state("NOT_FOUND", "no manager " + nodeId + " is known", "");
            }
            return all.get(nodeId).server.channel();
        }
    }

    Managers(String... ids) {
        List<String> names = List.of(ids);
        store.write(tx -> tx.create(Cluster.newBuilder().setId("cluster").build()));
        names.forEach(id -> store.write(tx -> tx.create(Node.newBuilder()
                .setId(id)
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setSpec(NodeSpec.newBuilder()
                        .setDesiredRole(NodeRole.NODE_ROLE_MANAGER)
                        .setMembership(NodeSpec.Membership.ACCEPTED))
                .setDescription(NodeDescription.newBuilder().setHostname("host-" + id))
                .setManagerStatus(ManagerStatus.newBuilder().setAddr(id + ":2377"))
                .build())));
        names.forEach(id -> all.put(id, new One(id, names)));
    }

    One get(String id) {
        return all.get(id);
    }

    TestStore store() {
        return store;
    }

    /** Everybody agrees on who leads. */
    void lead(String leader) {
        new ArrayList<>(all.values()).forEach(one -> believe(one.id, Optional.of(leader)));
    }

    /** One of them is out of touch with all others. */
    void lose(String lost) {
        for (One one : new ArrayList<>(all.values())) {
            one.consensus.members(one.consensus.status().members().stream()
                    .map(member -> new Consensus.Member(
                            member.nodeId(),
                            member.voter(),
                            member.reachable() && !member.nodeId().equals(lost),
                            member.matchIndex()))
                    .toArray(Consensus.Member[]::new));
        }
    }

    /** What one of them takes for the leader. */
    void believe(String id, Optional<String> leader) {
        One one = get(id);
        if (leader.filter(id::equals).isPresent()) {
            one.local.lead();
        } else {
            one.local.follow();
        }
        one.consensus.led(leader);
    }

    @Override
    public void close() {
        all.values().forEach(one -> one.server.close());
        store.close();
    }
}
