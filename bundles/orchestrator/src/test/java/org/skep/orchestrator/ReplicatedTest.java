package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;
import static org.skep.orchestrator.FakeSwarm.seconds;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.PortConfig;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.store.Kind;

class ReplicatedTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @Test
    void aServiceGetsAsManyTasksAsItAsksFor() {
        swarm.node("n1");
        swarm.create(replicated("web", 3)
                .setEndpoint(EndpointSpec.newBuilder()
                        .addPorts(PortConfig.newBuilder().setTargetPort(80))));

        assertThat(swarm.slots(swarm.running("web"))).containsExactly(1L, 2L, 3L);
        Task task = swarm.running("web").get(0);
        assertThat(task.getId()).hasSize(25);
        assertThat(task.getServiceAnnotations().getName()).isEqualTo("web");
        assertThat(task.getSpec()).isEqualTo(swarm.service("web").getSpec().getTask());
        assertThat(task.getSpecVersion()).isEqualTo(swarm.service("web").getSpecVersion());
        assertThat(task.getEndpoint().getSpec())
                .isEqualTo(swarm.service("web").getSpec().getEndpoint());
    }

    @Test
    void newTasksAreNewAndCreated() {
        swarm.create(replicated("web", 1));

        Task task = swarm.tasks("web").get(0);
        assertThat(task.getStatus().getState()).isEqualTo(TaskState.NEW);
        assertThat(task.getStatus().getMessage()).isEqualTo("created");
        assertThat(task.getDesiredState()).isEqualTo(TaskState.RUNNING);
        assertThat(task.getNodeId()).isEmpty();
    }

    @Test
    void thousandsOfTasksAreMadeInSeveralTransactions() {
        swarm.create(replicated("web", 1050));

        assertThat(swarm.tasks("web")).hasSize(1050);
        assertThat(swarm.store.entries()).isBetween(6L, 20L);
    }

    @Test
    void scalingUpFillsTheLowestNumbers() {
        swarm.node("n1");
        swarm.create(replicated("web", 3));
        Task second = swarm.running("web").get(1);
        swarm.store.write(tx -> tx.delete(Kind.TASK, second.getId()));
        swarm.settle();
        swarm.scale("web", 5);

        assertThat(swarm.slots(swarm.running("web"))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void scalingDownRemovesHighNumbersAndTheirPast() {
        swarm.node("n1");
        swarm.create(replicated("web", 4));
        swarm.end(swarm.running("web").get(3), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(2));
        swarm.scale("web", 2);
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.slots(swarm.tasks("web"))).containsExactly(1L, 2L);
    }

    @Test
    void scalingDownKeepsNodesBalancedAndRunningTasks() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(replicated("web", 6));
        swarm.scale("web", 2);
        assertThat(swarm.running("web")).extracting(Task::getNodeId).containsExactlyInAnyOrder("n1", "n2");

        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.PAUSE)));
        swarm.changeNode("n2", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.PAUSE)));
        swarm.scale("web", 5);
        assertThat(swarm.wanted("web")).hasSize(5);
        swarm.scale("web", 2);
        assertThat(swarm.slots(swarm.running("web"))).hasSize(2);
    }

    @Test
    void removalStartsWithWhatIsInExcessOnItsNode() {
        List<Slot> slots = List.of(
                slot(1, "a", TaskState.RUNNING),
                slot(2, "a", TaskState.RUNNING),
                slot(3, "b", TaskState.RUNNING),
                slot(4, "b", TaskState.STARTING),
                slot(5, "", TaskState.PENDING),
                slot(6, "a", TaskState.RUNNING));

        assertThat(Replicated.removalOrder(slots))
                .extracting(slot -> slot.key().number())
                .containsExactly(5L, 6L, 4L, 2L, 3L, 1L);
    }

    private static Slot slot(int number, String node, TaskState state) {
        return new Slot(
                new SlotKey(number, ""),
                List.of(Task.newBuilder()
                        .setSlot(number)
                        .setNodeId(node)
                        .setDesiredState(TaskState.RUNNING)
                        .setStatus(TaskStatus.newBuilder().setState(state))
                        .build()));
    }

    @Test
    void scalingToZeroAndBackStartsAfresh() {
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        swarm.scale("web", 0);
        swarm.advance(Duration.ofSeconds(1));
        assertThat(swarm.tasks("web")).isEmpty();

        swarm.scale("web", 2);
        assertThat(swarm.slots(swarm.running("web"))).containsExactly(1L, 2L);
    }

    @Test
    void removingAServiceRemovesItsTasks() {
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        swarm.nodesIgnoreStops();
        swarm.remove("web");
        assertThat(swarm.tasks("web")).hasSize(2).allMatch(task -> task.getDesiredState() == TaskState.REMOVE);

        swarm.nodesHonourStops();
        swarm.advance(Duration.ofSeconds(1));
        assertThat(swarm.tasks("web")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ANY, FAILED, true",
        "ANY, COMPLETE, true",
        "ANY, REJECTED, true",
        "ON_FAILURE, FAILED, true",
        "ON_FAILURE, COMPLETE, false",
        "ON_FAILURE, REJECTED, true",
        "NONE, FAILED, false",
        "NONE, COMPLETE, false"
    })
    void theConditionDecidesAboutRestarts(RestartCondition condition, TaskState end, boolean restarted) {
        swarm.node("n1");
        swarm.create(restart(replicated("web", 1), RestartPolicy.newBuilder().setCondition(condition)));
        swarm.end(swarm.running("web").get(0), end);
        swarm.advance(Duration.ofSeconds(6));

        assertThat(swarm.running("web")).hasSize(restarted ? 1 : 0);
        assertThat(swarm.tasks("web")).hasSize(restarted ? 2 : 1);
        assertThat(swarm.tasks("web").get(0).getDesiredState()).isEqualTo(TaskState.SHUTDOWN);
    }

    private static ServiceSpec.Builder restart(ServiceSpec.Builder spec, RestartPolicy.Builder policy) {
        return spec.setTask(spec.getTask().toBuilder().setRestart(policy));
    }

    @Test
    void theSuccessorGetsReadyAndWaitsForItsDelay() {
        swarm.node("n1");
        swarm.create(restart(replicated("web", 1), RestartPolicy.newBuilder().setCondition(RestartCondition.ANY)));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);

        assertThat(swarm.wanted("web")).singleElement().matches(t -> t.getDesiredState() == TaskState.READY);
        swarm.advance(Duration.ofMillis(4900));
        assertThat(swarm.running("web")).isEmpty();
        swarm.advance(Duration.ofMillis(200));
        assertThat(swarm.running("web")).hasSize(1);
    }

    @Test
    void aNewLeaderKeepsToTheDelay() {
        swarm.node("n1");
        swarm.create(restart(
                replicated("web", 1),
                RestartPolicy.newBuilder().setCondition(RestartCondition.ANY).setDelay(seconds(10))));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(6));
        swarm.failOver();
        swarm.advance(Duration.ofMillis(3900));
        assertThat(swarm.running("web")).isEmpty();
        swarm.advance(Duration.ofMillis(200));
        assertThat(swarm.running("web")).hasSize(1);
    }

    @Test
    void aNewLeaderChangesNothingThatRuns() {
        swarm.node("n1");
        swarm.create(replicated("web", 3));
        long entries = swarm.store.entries();
        List<Task> before = swarm.tasks("web");
        swarm.failOver();
        swarm.advance(Duration.ofSeconds(60));

        assertThat(swarm.tasks("web")).isEqualTo(before);
        assertThat(swarm.store.entries()).isEqualTo(entries);
    }

    @Test
    void aTaskThatFailsWhileItGetsReadyIsNotReplacedBeforeItsDelay() {
        swarm.node("n1");
        swarm.create(restart(
                replicated("web", 1),
                RestartPolicy.newBuilder().setCondition(RestartCondition.ANY).setDelay(seconds(5))));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.end(swarm.wanted("web").get(0), TaskState.REJECTED);
        swarm.advance(Duration.ofMillis(4900));
        assertThat(swarm.tasks("web")).hasSize(2);
        swarm.advance(Duration.ofMillis(200));
        assertThat(swarm.tasks("web")).hasSize(3);
        swarm.advance(Duration.ofSeconds(12));
        assertThat(swarm.running("web")).hasSize(1);
    }

    @Test
    void attemptsAreLimited() {
        swarm.node("n1");
        swarm.fate("v1", TaskState.FAILED);
        swarm.create(restart(
                replicated("web", 1),
                RestartPolicy.newBuilder()
                        .setCondition(RestartCondition.ANY)
                        .setDelay(seconds(1))
                        .setMaxAttempts(3)));
        swarm.advance(Duration.ofSeconds(60));
        assertThat(swarm.tasks("web")).hasSize(4).allMatch(TaskStates::ended);

        swarm.failOver();
        swarm.advance(Duration.ofSeconds(10));
        assertThat(swarm.tasks("web")).hasSize(4);

        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(10));
        assertThat(swarm.images("web")).containsExactly("v2");
    }

    @Test
    void attemptsAreKeptInMindBeyondTheHistory() {
        swarm.node("n1");
        swarm.fate("v1", TaskState.FAILED);
        swarm.create(restart(
                replicated("web", 1),
                RestartPolicy.newBuilder()
                        .setCondition(RestartCondition.ANY)
                        .setDelay(seconds(1))
                        .setMaxAttempts(7)));
        swarm.advance(Duration.ofMinutes(3));

        assertThat(swarm.tasks("web")).hasSize(8).allMatch(TaskStates::ended);
    }

    @Test
    void onlyAttemptsInTheWindowCount() {
        swarm.node("n1");
        swarm.create(restart(
                replicated("web", 1),
                RestartPolicy.newBuilder()
                        .setCondition(RestartCondition.ANY)
                        .setDelay(seconds(1))
                        .setMaxAttempts(2)
                        .setWindow(seconds(30))));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(3));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(40));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(3));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(3));
        assertThat(swarm.running("web")).hasSize(1);

        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(60));
        assertThat(swarm.running("web")).isEmpty();
    }

    @Test
    void drainingMovesTasksWithoutDelayOnceTheOldOneStopped() {
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        swarm.node("n2");
        assertThat(swarm.running("web")).extracting(Task::getNodeId).containsOnly("n1");

        swarm.nodesIgnoreStops();
        swarm.drain("n1");
        assertThat(swarm.wanted("web"))
                .hasSize(2)
                .allMatch(t -> t.getNodeId().equals("n2") && t.getDesiredState() == TaskState.READY);
        swarm.nodesHonourStops();
        assertThat(swarm.running("web")).hasSize(2).extracting(Task::getNodeId).containsOnly("n2");
    }

    @Test
    void aTaskThatWillNotStopHoldsUpItsSuccessorForAMinute() {
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        swarm.node("n2");
        swarm.nodesIgnoreStops();
        swarm.drain("n1");
        swarm.advance(Duration.ofSeconds(59));
        assertThat(swarm.running("web")).extracting(Task::getNodeId).containsExactly("n1");
        swarm.advance(Duration.ofSeconds(2));
        assertThat(swarm.running("web")).extracting(Task::getNodeId).containsExactlyInAnyOrder("n1", "n2");
    }

    @Test
    void tasksOfANodeThatIsDownAreReplacedAtOnce() {
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        swarm.node("n2");
        swarm.down("n1");

        assertThat(swarm.wanted("web"))
                .hasSize(2)
                .allMatch(t -> t.getNodeId().equals("n2") && t.getStatus().getState() == TaskState.RUNNING);
        assertThat(swarm.tasks("web")).hasSize(4);
    }

    @Test
    void aNewLeaderDoesNotDelayWhatTheOldOneWouldNotHave() {
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        swarm.node("n2");
        swarm.nodesIgnoreStops();
        swarm.drain("n1");
        assertThat(swarm.wanted("web")).singleElement().matches(t -> t.getDesiredState() == TaskState.READY);
        swarm.failOver();
        swarm.nodesHonourStops();

        assertThat(swarm.running("web")).singleElement().matches(t -> t.getNodeId()
                .equals("n2"));
    }

    @Test
    void aNewLeaderKeepsTheDelayOfWhatFailed() {
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.failOver();
        swarm.advance(Duration.ofMillis(900));
        assertThat(swarm.running("web")).isEmpty();
        swarm.advance(Duration.ofMillis(200));
        assertThat(swarm.running("web")).hasSize(1);
    }

    @Test
    void pausedNodesKeepTheirTasks() {
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        List<Task> before = swarm.tasks("web");
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.PAUSE)));
        swarm.advance(Duration.ofSeconds(10));

        assertThat(swarm.tasks("web")).isEqualTo(before);
    }

    @Test
    void aFailedWriteIsMadeUpFor() {
        swarm.node("n1");
        swarm.store.failWrites(null);
        swarm.create(replicated("web", 1));
        Task task = swarm.running("web").get(0);
        swarm.store.write(tx -> tx.update(task.toBuilder()
                .setStatus(task.getStatus().toBuilder().setState(TaskState.FAILED))
                .build()));
        swarm.store.failWrites(SkepException.resource("LOG_UNWRITABLE", "disk full", "", null));
        swarm.loops.advance(Duration.ofSeconds(3));
        swarm.store.failWrites(null);
        swarm.loops.advance(Duration.ofSeconds(5));
        swarm.advance(Duration.ofSeconds(5));

        assertThat(swarm.running("web")).hasSize(1);
    }
}
