package org.skep.dispatcher;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.AssignmentChange;
import org.skep.protocol.Cluster;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Mount;
import org.skep.protocol.Node;
import org.skep.protocol.RootCA;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** A leader whose nodes are in this JVM. */
abstract class LocalNodes {

    final ManualLoops loops = new ManualLoops();

    final TestStore store = new TestStore(loops.clock());

    LeaderDispatcher dispatcher;

    @BeforeEach
    void start() {
        store.write(tx -> {
            tx.create(Cluster.newBuilder()
                    .setId("cluster")
                    .setRootCa(RootCA.newBuilder().setCaCert(ByteString.copyFromUtf8("root")))
                    .build());
            tx.create(Node.newBuilder()
                    .setId("n1")
                    .setManagerStatus(ManagerStatus.newBuilder().setAddr("10.0.0.1:2377"))
                    .build());
            tx.create(Node.newBuilder().setId("n2").build());
        });
        dispatcher = new LeaderDispatcher(store, loops, new SwarmMembership("n1", "cluster"));
        loops.settle();
    }

    FakeWorker worker(String nodeId) {
        FakeWorker worker = new FakeWorker(dispatcher, nodeId);
        loops.settle();
        return worker;
    }

    static List<String> kinds(FakeWorker worker) {
        return worker.lastAssignments().getChangesList().stream()
                .map(change -> change.getAction() + " " + kind(change))
                .toList();
    }

    static String kind(AssignmentChange change) {
        return change.getAssignment().getItemCase().name().toLowerCase(Locale.ROOT);
    }

    static Mount volume(String name) {
        return Mount.newBuilder().setType(Mount.Type.VOLUME).setSource(name).build();
    }

    void create(String id, String nodeId, UnaryOperator<Task.Builder> more) {
        store.write(tx -> tx.create(task(id, nodeId, more)));
        loops.settle();
    }

    static Task task(String id, String nodeId, UnaryOperator<Task.Builder> more) {
        return more.apply(Task.newBuilder()
                        .setId(id)
                        .setNodeId(nodeId)
                        .setDesiredState(TaskState.RUNNING)
                        .setStatus(state(TaskState.ASSIGNED)))
                .build();
    }

    static TaskStatus state(TaskState state) {
        return TaskStatus.newBuilder().setState(state).build();
    }

    void desire(String id, TaskState state) {
        store.write(tx -> tx.update(find(id).toBuilder().setDesiredState(state).build()));
        loops.settle();
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
}
