package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.Annotations;
import org.skep.protocol.AssignmentChange;
import org.skep.protocol.AssignmentChange.AssignmentAction;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.Cluster;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigReference;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Mount;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.RootCA;
import org.skep.protocol.Secret;
import org.skep.protocol.SecretReference;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.store.Kind;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

class LeaderDispatcherTest {

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private LeaderDispatcher dispatcher;

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

    private FakeWorker worker(String nodeId) {
        FakeWorker worker = new FakeWorker(dispatcher, nodeId);
        loops.settle();
        return worker;
    }

    @Test
    void openingASessionRegistersTheNode() {
        FakeWorker worker = worker("n1");

        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(node("n1").getDescription()).isEqualTo(FakeWorker.DESCRIPTION);
        assertThat(worker.facts.get(0).getSessionId()).hasSize(25);
        assertThat(worker.facts.get(0).getNode().getId()).isEqualTo("n1");
        assertThat(worker.facts.get(0).getManagersList())
                .singleElement()
                .matches(peer -> peer.getPeer().getAddr().equals("10.0.0.1:2377") && peer.getWeight() == 10);
        assertThat(worker.facts.get(0).getRootCA().toStringUtf8()).isEqualTo("root");
        assertThat(worker.assignments).singleElement().matches(m -> m.getType() == AssignmentsMessage.Type.COMPLETE);
    }

    @Test
    void aStrangerIsTurnedAway() {
        assertThat(worker("nobody").closed).containsExactly("node nobody is not part of this swarm");
    }

    @Test
    void aSecondSessionReplacesTheFirst() {
        FakeWorker first = worker("n1");
        FakeWorker second = worker("n1");
        create("t1", "n1", task -> task);

        assertThat(first.closed).containsExactly("replaced by another session of the same node");
        assertThat(first.tasks()).isEmpty();
        assertThat(second.tasks()).containsOnlyKeys("t1");
        first.session.close();
        loops.advance(Duration.ofMinutes(1));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
    }

    @Test
    void aNodeDescribesItselfAnew() {
        FakeWorker worker = worker("n1");
        worker.session.describe(
                FakeWorker.DESCRIPTION.toBuilder().setHostname("beta").build());
        loops.settle();
        assertThat(node("n1").getDescription().getHostname()).isEqualTo("beta");
        assertThat(worker.closed).isEmpty();
        assertThat(worker.assignments).hasSize(1);

        long entries = store.entries();
        worker.session.describe(
                FakeWorker.DESCRIPTION.toBuilder().setHostname("beta").build());
        loops.settle();
        assertThat(store.entries()).isEqualTo(entries);
    }

    @Test
    void changesOfTheNodeAreToldAndItsStatusIsNot() {
        FakeWorker worker = worker("n1");
        int told = worker.facts.size();
        changeNode("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(NodeSpec.Availability.DRAIN)));
        assertThat(worker.facts).hasSize(told + 1);
        assertThat(worker.facts.get(told).getNode().getSpec().getAvailability()).isEqualTo(NodeSpec.Availability.DRAIN);

        changeNode("n1", node -> node.setStatus(node.getStatus().toBuilder().setMessage("x")));
        assertThat(worker.facts).hasSize(told + 1);
    }

    @Test
    void theFirstMessageHasEverythingThatWasEverAssigned() {
        create("new", "", task -> task.setStatus(state(TaskState.PENDING)));
        create("preset", "n1", task -> task.setStatus(state(TaskState.PENDING)));
        create("running", "n1", task -> task.setStatus(state(TaskState.RUNNING)));
        create("over", "n1", task -> task.setStatus(state(TaskState.FAILED)));
        create("elsewhere", "n2", task -> task);
        FakeWorker worker = worker("n1");

        assertThat(worker.tasks()).containsOnlyKeys("running", "over");
        assertThat(worker.lastAssignments().getAppliesTo()).isEmpty();
        assertThat(worker.lastAssignments().getResultsIn()).isEqualTo("1");
    }

    @Test
    void whatFollowsIsIncrementalAndNumbered() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        desire("t1", TaskState.SHUTDOWN);
        store.write(tx -> tx.delete(Kind.TASK, "t1"));
        loops.settle();

        assertThat(worker.assignments).hasSize(4);
        for (int i = 1; i < 4; i++) {
            AssignmentsMessage message = worker.assignments.get(i);
            assertThat(message.getType()).isEqualTo(AssignmentsMessage.Type.INCREMENTAL);
            assertThat(message.getAppliesTo()).isEqualTo(Integer.toString(i));
            assertThat(message.getResultsIn()).isEqualTo(Integer.toString(i + 1));
        }
        assertThat(worker.lastAssignments().getChanges(0).getAction()).isEqualTo(AssignmentAction.REMOVE);
        assertThat(worker.lastAssignments().getChanges(0).getAssignment().getTask())
                .isEqualTo(Task.newBuilder().setId("t1").build());
    }

    @Test
    void whatTheWorkerSaidItselfIsNotToldToIt() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();

        assertThat(worker.assignments).hasSize(2);
    }

    @Test
    void changesOfOneTransactionTravelTogether() {
        FakeWorker worker = worker("n1");
        store.write(tx -> {
            for (int i = 0; i < 50; i++) {
                tx.create(task("t" + i, "n1", task -> task));
            }
        });
        loops.settle();

        assertThat(worker.assignments).hasSize(2);
        assertThat(worker.tasks()).hasSize(50);
    }

    @Test
    void configsAndSecretsComeWithTheirFirstTaskAndGoWithTheLast() {
        store.write(tx -> {
            tx.create(Config.newBuilder()
                    .setId("c1")
                    .setSpec(ConfigSpec.newBuilder().setData(ByteString.copyFromUtf8("data")))
                    .build());
            tx.create(Secret.newBuilder().setId("s1").build());
        });
        UnaryOperator<Task.Builder> needing = task -> task.setSpec(TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder()
                        .addConfigs(ConfigReference.newBuilder().setConfigId("c1"))
                        .addSecrets(SecretReference.newBuilder().setSecretId("s1"))));
        FakeWorker worker = worker("n1");
        create("t1", "n1", needing);
        assertThat(kinds(worker)).containsExactlyInAnyOrder("UPDATE secret", "UPDATE config", "UPDATE task");
        create("t2", "n1", needing);
        assertThat(kinds(worker)).containsExactly("UPDATE task");

        worker.report("t1", TaskState.FAILED);
        loops.settle();
        assertThat(worker.assignments).hasSize(3);
        worker.report("t2", TaskState.FAILED);
        loops.settle();
        assertThat(kinds(worker)).containsExactlyInAnyOrder("REMOVE secret", "REMOVE config");
    }

    private static List<String> kinds(FakeWorker worker) {
        return worker.lastAssignments().getChangesList().stream()
                .map(change -> change.getAction() + " " + kind(change))
                .toList();
    }

    private static String kind(AssignmentChange change) {
        return change.getAssignment().getItemCase().name().toLowerCase(Locale.ROOT);
    }

    @Test
    void volumesGetTheirDriverOnTheWay() {
        store.write(tx -> tx.create(Volume.newBuilder()
                .setId("v")
                .setSpec(VolumeSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("data"))
                        .setDriver(Driver.newBuilder().setName("nfs").putOptions("server", "filer")))
                .build()));
        FakeWorker worker = worker("n1");
        create(
                "t1",
                "n1",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setContainer(ContainerSpec.newBuilder()
                                .addMounts(volume("data"))
                                .addMounts(volume("scratch"))
                                .addMounts(Mount.newBuilder()
                                        .setType(Mount.Type.BIND)
                                        .setSource("/x"))
                                .addMounts(volume("own").toBuilder()
                                        .setVolumeOptions(Mount.VolumeOptions.newBuilder()
                                                .setDriverConfig(
                                                        Driver.newBuilder().setName("other")))))));

        List<Mount> mounts = worker.tasks().get("t1").getSpec().getContainer().getMountsList();
        assertThat(mounts)
                .extracting(mount -> mount.getVolumeOptions().getDriverConfig().getName())
                .containsExactly("nfs", "local", "", "other");
        assertThat(mounts.get(0).getVolumeOptions().getDriverConfig().getOptionsMap())
                .containsEntry("server", "filer");
    }

    private static Mount volume(String name) {
        return Mount.newBuilder().setType(Mount.Type.VOLUME).setSource(name).build();
    }

    @Test
    void statusesAreStoredWithTheLeadersStamp() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();

        TaskStatus status = find("t1").getStatus();
        assertThat(status.getState()).isEqualTo(TaskState.RUNNING);
        assertThat(status.getAppliedBy()).isEqualTo("n1");
        assertThat(status.getAppliedAt().getSeconds()).isEqualTo(loops.now().getEpochSecond());
    }

    @Test
    void statusesNeverGoBackAndRepetitionsAreNotWritten() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();
        long entries = store.entries();
        worker.report("t1", TaskState.PREPARING);
        worker.report("t1", TaskState.RUNNING);
        worker.report("unknown", TaskState.RUNNING);
        loops.settle();

        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        assertThat(store.entries()).isEqualTo(entries);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 0",
        "-9223372036854775808, 0",
        "253402300799, 0",
        "-1, 0",
        "1767225600, -1",
        "1767225600, 1000000000"
    })
    void timesThatCannotBeBecomeNow(long seconds, int nanos) {
        reportStatus(state(TaskState.RUNNING).toBuilder()
                .setTimestamp(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos))
                .build());

        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        assertThat(Times.instant(find("t1").getStatus().getTimestamp())).isEqualTo(loops.now());
    }

    @Test
    void timesThatCanBeAreKept() {
        Instant told = loops.now().plus(Duration.ofHours(3));
        reportStatus(state(TaskState.RUNNING).toBuilder()
                .setTimestamp(Times.timestamp(told))
                .build());

        assertThat(Times.instant(find("t1").getStatus().getTimestamp())).isEqualTo(told);
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        reportStatus(state(TaskState.FAILED).toBuilder()
                .setMessage("m".repeat(SoundStatus.LONGEST_TEXT + 1))
                .setErr("e".repeat(SoundStatus.LONGEST_TEXT - 1) + "\uD83D\uDC1D")
                .build());

        assertThat(find("t1").getStatus().getMessage()).isEqualTo("m".repeat(SoundStatus.LONGEST_TEXT));
        assertThat(find("t1").getStatus().getErr()).isEqualTo("e".repeat(SoundStatus.LONGEST_TEXT - 1));
    }

    private void reportStatus(TaskStatus status) {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.session.updateTaskStatus(List.of(
                TaskStatusUpdate.newBuilder().setTaskId("t1").setStatus(status).build()));
        loops.settle();
    }

    @Test
    void unknownStatesArePassedOverAndHarmNoOne() {
        FakeWorker worker = worker("n1");
        FakeWorker other = worker("n2");
        create("t1", "n1", task -> task);
        create("t2", "n1", task -> task);
        create("theirs", "n2", task -> task);
        CompletableFuture<Void> stored = worker.session
                .updateTaskStatus(List.of(
                        TaskStatusUpdate.newBuilder()
                                .setTaskId("t1")
                                .setStatus(TaskStatus.newBuilder().setStateValue(4711))
                                .build(),
                        FakeWorker.update("t2", TaskState.RUNNING)))
                .toCompletableFuture();
        other.report("theirs", TaskState.RUNNING);
        loops.settle();

        assertThat(stored).isCompleted();
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.ASSIGNED);
        assertThat(find("t2").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        assertThat(find("theirs").getStatus().getState()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void reportsOnOtherNodesTasksAreRefusedAsAWhole() {
        FakeWorker worker = worker("n1");
        create("mine", "n1", task -> task);
        create("theirs", "n2", task -> task);
        CompletableFuture<Void> stored = worker.session
                .updateTaskStatus(List.of(
                        FakeWorker.update("mine", TaskState.RUNNING), FakeWorker.update("theirs", TaskState.RUNNING)))
                .toCompletableFuture();
        loops.settle();

        assertThatThrownBy(stored::join).hasCauseInstanceOf(SkepException.class);
        assertThat(find("mine").getStatus().getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aTaskThatWentBackToNobodyIsUnknownToItsNode() {
        FakeWorker worker = worker("n1");
        create("lost", "", task -> task.setStatus(state(TaskState.PENDING)));
        create("mine", "n1", task -> task);
        CompletableFuture<Void> stored = worker.session
                .updateTaskStatus(List.of(
                        FakeWorker.update("lost", TaskState.RUNNING), FakeWorker.update("mine", TaskState.RUNNING)))
                .toCompletableFuture();
        loops.settle();

        assertThat(stored).isCompleted();
        assertThat(find("lost").getStatus().getState()).isEqualTo(TaskState.PENDING);
        assertThat(find("mine").getStatus().getState()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void reportsThatCannotBeStoredFail() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        store.failWrites(SkepException.resource("LOG_UNWRITABLE", "the disk is full", "", null));
        var stored = worker.session.updateTaskStatus(List.of(FakeWorker.update("t1", TaskState.RUNNING)));
        loops.settle();
        assertThatThrownBy(() -> stored.toCompletableFuture().join()).hasMessageContaining("disk is full");

        store.failWrites(null);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void aNodeWithoutSessionIsDownAfterItsGrace() {
        worker("n1").session.close();
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.DOWN);
        assertThat(node("n1").getStatus().getMessage()).isEqualTo("heartbeat failure");

        worker("n1");
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(node("n1").getStatus().getMessage()).isEmpty();
    }

    @Test
    void aNodeThatComesBackInTimeWasNeverAway() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.session.close();
        loops.advance(Duration.ofSeconds(14));
        FakeWorker successor = worker("n1");
        loops.advance(Duration.ofMinutes(1));

        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(successor.tasks()).containsOnlyKeys("t1");
    }

    @Test
    void aNewLeaderIsUnsureOfEveryNodeAndWaitsLonger() {
        worker("n1");
        create("t1", "n1", task -> task.setStatus(state(TaskState.RUNNING)));
        dispatcher.close();
        dispatcher = new LeaderDispatcher(store, loops, new SwarmMembership("n1", "cluster"));
        loops.settle();
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.UNKNOWN);
        loops.advance(Duration.ofSeconds(29));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.UNKNOWN);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.DOWN);
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);

        loops.advance(Duration.ofHours(25));
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.ORPHANED);
    }

    @Test
    void whenTheLeaderStopsItsSessionsEnd() {
        FakeWorker worker = worker("n1");
        dispatcher.close();

        assertThat(worker.closed).hasSize(1);
        assertThatThrownBy(() -> worker.session
                        .updateTaskStatus(List.of())
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(SkepException.class);
    }

    @Test
    void aRemovedNodeIsSentAway() {
        FakeWorker worker = worker("n2");
        store.write(tx -> tx.delete(Kind.NODE, "n2"));
        loops.settle();

        assertThat(worker.closed).containsExactly("node n2 was removed from the swarm");
    }

    @Test
    void registeringSurvivesAFullDisk() {
        store.failWrites(SkepException.resource("LOG_UNWRITABLE", "the disk is full", "", null));
        FakeWorker worker = worker("n1");
        loops.advance(Duration.ofSeconds(3));
        assertThat(worker.assignments).isEmpty();
        store.failWrites(null);
        loops.advance(Duration.ofSeconds(6));

        assertThat(worker.assignments).hasSize(1);
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
    }

    private void create(String id, String nodeId, UnaryOperator<Task.Builder> more) {
        store.write(tx -> tx.create(task(id, nodeId, more)));
        loops.settle();
    }

    private static Task task(String id, String nodeId, UnaryOperator<Task.Builder> more) {
        return more.apply(Task.newBuilder()
                        .setId(id)
                        .setNodeId(nodeId)
                        .setDesiredState(TaskState.RUNNING)
                        .setStatus(state(TaskState.ASSIGNED)))
                .build();
    }

    private static TaskStatus state(TaskState state) {
        return TaskStatus.newBuilder().setState(state).build();
    }

    private void desire(String id, TaskState state) {
        store.write(tx -> tx.update(find(id).toBuilder().setDesiredState(state).build()));
        loops.settle();
    }

    private void changeNode(String id, UnaryOperator<Node.Builder> change) {
        store.write(tx -> tx.update(change.apply(node(id).toBuilder()).build()));
        loops.settle();
    }

    private Node node(String id) {
        return store.view().nodes().get(id).orElseThrow();
    }

    private Task find(String id) {
        return store.view().tasks().get(id).orElseThrow();
    }
}
