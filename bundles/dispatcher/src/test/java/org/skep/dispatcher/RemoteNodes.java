package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.SwarmMembership;
import org.skep.dispatcher.Wire.From;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.DispatcherConfig;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.store.Consensus.Member;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** A leader with nodes elsewhere, on a wire without network. */
abstract class RemoteNodes {

    static final Endpoint WORKER = new Endpoint("10.0.0.7", 2377);
    static final Endpoint MANAGER = new Endpoint("10.0.0.2", 2377);
    static final Endpoint LEADER = new Endpoint("10.0.0.1", 2377);

    final ManualLoops loops = new ManualLoops();
    final TestStore store = new TestStore(loops.clock());
    final Set<Endpoint> silentHosts = new HashSet<>();
    final FakeConsensus consensus = new FakeConsensus();
    LeaderDispatcher leader;
    Wire wire;

    @BeforeEach
    void start() {
        store.write(tx -> {
            tx.create(Cluster.newBuilder().setId("cluster").build());
            tx.create(manager("n1", "10.0.0.1:2377"));
            tx.create(manager("n2", "10.0.0.2:2377"));
            tx.create(Node.newBuilder().setId("n3").build());
        });
        lead();
    }

    static Node manager(String id, String address) {
        return Node.newBuilder()
                .setId(id)
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setManagerStatus(ManagerStatus.newBuilder().setAddr(address))
                .build();
    }

    void lead() {
        HostProbe probe = endpoint -> CompletableFuture.completedFuture(!silentHosts.contains(endpoint));
        leader = new LeaderDispatcher(store, loops, new SwarmMembership("n1", "cluster"), Optional.of(probe));
        leader.setConsensus(consensus);
        leader.setAddresses(new NodeAddresses(LEADER, LEADER));
        wire = new Wire(leader);
        loops.settle();
    }

    @AfterEach
    void stop() throws InterruptedException {
        leader.close();
        wire.close();
    }

    void changeLeader() throws InterruptedException {
        stop();
        lead();
    }

    RemoteWorker open(From from) {
        return RemoteWorker.open(loops, wire.from(from));
    }

    static From daemon() {
        return From.daemon("n3", "first");
    }

    void beatFor(RemoteWorker worker, Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 500) {
            loops.advance(Duration.ofMillis(500));
            assertThat(worker.beat().code()).isEqualTo(Status.Code.OK);
        }
    }

    static Member member(String id, boolean reachable) {
        return new Member(id, true, reachable, 0);
    }

    void heartbeat(Duration period) {
        store.write(tx -> tx.update(store.view().cluster().orElseThrow().toBuilder()
                .setSpec(ClusterSpec.newBuilder()
                        .setDispatcher(DispatcherConfig.newBuilder()
                                .setHeartbeatPeriod(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(period.toSeconds()))))
                .build()));
        loops.settle();
    }

    void create(String id) {
        store.write(tx -> tx.create(task(id, "n3")));
        loops.settle();
    }

    static Task task(String id, String nodeId) {
        return Task.newBuilder()
                .setId(id)
                .setNodeId(nodeId)
                .setDesiredState(TaskState.RUNNING)
                .setStatus(TaskStatus.newBuilder().setState(TaskState.ASSIGNED))
                .build();
    }

    void changeNode(String id, UnaryOperator<Node.Builder> change) {
        store.write(tx -> tx.update(change.apply(node(id).toBuilder()).build()));
        loops.settle();
    }

    Node node(String id) {
        return store.view().nodes().get(id).orElseThrow();
    }

    Task find(String id) {
        return store.view().tasks().get(id).orElseThrow();
    }

    static NodeDescription named(String host) {
        return FakeWorker.DESCRIPTION.toBuilder().setHostname(host).build();
    }
}
