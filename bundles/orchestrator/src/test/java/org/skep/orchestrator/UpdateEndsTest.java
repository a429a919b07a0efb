package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;
import static org.skep.orchestrator.FakeSwarm.seconds;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.protocol.UpdateStatus.UpdateState;
import org.skep.protocol.revision.Revision;
import org.skep.store.Revisions;

/** How updates end, whatever comes in between. */
class UpdateEndsTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @BeforeEach
    void aNode() {
        swarm.node("n1");
        swarm.fate("bad", TaskState.FAILED);
    }

    private static UpdateConfig.Builder config() {
        return UpdateConfig.newBuilder().setParallelism(1);
    }

    @Test
    void aTaskThatDoesNotRunInTimePausesTheUpdate() {
        swarm.fate("slow", TaskState.PREPARING);
        swarm.create(replicated("web", 3).setUpdate(config().setMaxWait(seconds(30))));
        swarm.image("web", "slow");
        swarm.advance(Duration.ofSeconds(29));
        assertThat(state()).isEqualTo(UpdateState.UPDATING);
        swarm.advance(Duration.ofSeconds(2));

        assertThat(state()).isEqualTo(UpdateState.PAUSED);
        Task slow = swarm.wanted("web").stream()
                .filter(task -> !TaskStates.running(task))
                .findFirst()
                .orElseThrow();
        assertThat(message())
                .isEqualTo("update paused because task " + slow.getId() + " does not run after 30s: created");
        assertThat(swarm.images("web")).containsExactly("v1", "v1");
    }

    @ParameterizedTest
    @CsvSource({"false, 9, UPDATING", "false, 11, PAUSED", "true, 11, UPDATING"})
    void theBoundIsTenMinutesUnlessThereIsNone(boolean unbounded, int minutes, UpdateState state) {
        swarm.fate("slow", TaskState.PREPARING);
        UpdateConfig.Builder config = config();
        swarm.create(replicated("web", 1).setUpdate(unbounded ? config.setMaxWait(seconds(0)) : config));
        swarm.image("web", "slow");
        swarm.advance(Duration.ofMinutes(minutes));

        assertThat(state()).isEqualTo(state);
    }

    @Test
    void aRollbackThatDoesNotGetOnIsPausedToo() {
        swarm.create(replicated("web", 2)
                .setUpdate(config().setFailureAction(FailureAction.ROLLBACK))
                .setRollback(config().setMaxWait(seconds(20))));
        swarm.fate("v1", TaskState.PREPARING);
        swarm.image("web", "bad");
        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_STARTED);
        swarm.advance(Duration.ofSeconds(21));

        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_PAUSED);
        assertThat(message()).startsWith("rollback paused because task ").contains("does not run after 20s");
    }

    @Test
    void anAutomaticRollbackIsARevision() {
        swarm.create(replicated("web", 2).setUpdate(config().setFailureAction(FailureAction.ROLLBACK)));
        swarm.store.write(tx -> {
            Service service = tx.services().get("web").orElseThrow();
            tx.update(Revisions.record(tx, service, Revisions.SWARM, 0));
        });
        swarm.image("web", "bad");
        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_STARTED);

        List<Revision> revisions = Revisions.of(swarm.store.view(), "web");
        assertThat(revisions).hasSize(2);
        assertThat(revisions.get(0).getRollbackTo()).isEqualTo(1);
        assertThat(revisions.get(0).getBy()).isEqualTo(Revisions.SWARM);
        assertThat(swarm.service("web").getRevision()).isEqualTo(2);
        assertThat(message()).startsWith("update rolled back due to failure or early termination of task ");
    }

    @ParameterizedTest
    @CsvSource({"NONE", "ON_FAILURE", "ANY"})
    void anAutomaticRollbackSaysSoWhateverIsRestarted(RestartCondition condition) {
        ServiceSpec.Builder spec = replicated("web", 3);
        spec.getTaskBuilder().getRestartBuilder().setCondition(condition);
        swarm.create(spec.setUpdate(config().setMonitor(seconds(3)).setFailureAction(FailureAction.ROLLBACK))
                .setRollback(config().setMonitor(seconds(1))));
        swarm.image("web", "bad");
        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_STARTED);
        assertThat(message()).startsWith("update rolled back due to failure or early termination of task ");
        swarm.advance(Duration.ofSeconds(20));

        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_COMPLETED);
        assertThat(message()).isEqualTo("rollback completed");
        assertThat(swarm.images("web")).containsExactly("v1", "v1", "v1");
    }

    @Test
    void anUpdateThatFailsWithoutAPastIsPaused() {
        swarm.create(replicated("web", 2).setUpdate(config().setFailureAction(FailureAction.ROLLBACK)));
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(30));
        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_COMPLETED);
        swarm.store.write(tx -> {
            Service.Builder service = tx.services().get("web").orElseThrow().toBuilder();
            service.getSpecBuilder().getTaskBuilder().getContainerBuilder().setImage("bad");
            tx.update(service.setSpecVersion(service.getMeta().getVersion())
                    .clearUpdateStatus()
                    .build());
        });
        swarm.advance(Duration.ofSeconds(30));

        assertThat(state()).isEqualTo(UpdateState.PAUSED);
    }

    @Test
    void failuresAreNotForgottenByANewLeader() {
        swarm.create(
                replicated("web", 4).setUpdate(config().setDelay(seconds(10)).setMaxFailureRatio(0.3f)));
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(2));
        assertThat(state()).isEqualTo(UpdateState.UPDATING);
        swarm.failOver();
        assertThat(state()).isEqualTo(UpdateState.UPDATING);
        swarm.advance(Duration.ofSeconds(12));

        assertThat(state()).isEqualTo(UpdateState.PAUSED);
        assertThat(swarm.images("web")).containsExactly("v1", "v1");
    }

    @Test
    void aTaskThatFailedWhileNobodyLedCounts() {
        swarm.create(replicated("web", 2));
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(1));
        swarm.vacancy();
        swarm.end(swarm.running("web").get(1), TaskState.FAILED);
        swarm.start();

        assertThat(state()).isEqualTo(UpdateState.PAUSED);
    }

    @Test
    void aPausedUpdateGoesOnWhenItIsAskedForAgain() {
        swarm.fate("flaky", TaskState.FAILED);
        swarm.create(replicated("web", 3));
        swarm.image("web", "flaky");
        swarm.advance(Duration.ofSeconds(1));
        assertThat(state()).isEqualTo(UpdateState.PAUSED);
        swarm.fate("flaky", TaskState.RUNNING);
        swarm.advance(Duration.ofSeconds(30));
        assertThat(Collections.frequency(swarm.images("web"), "flaky")).isEqualTo(1);

        swarm.scale("web", 3);
        swarm.advance(Duration.ofSeconds(30));
        assertThat(swarm.images("web")).containsExactly("flaky", "flaky", "flaky");
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void startFirstKeepsTheOldTaskUntilANewOneRuns() {
        swarm.create(replicated("web", 2)
                .setUpdate(config().setOrder(UpdateOrder.START_FIRST).setFailureAction(FailureAction.CONTINUE)));
        swarm.image("web", "bad");
        swarm.advance(Duration.ofMinutes(1));
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
        assertThat(swarm.images("web")).containsExactly("v1", "v1");

        long begun = swarm.service("web").getMeta().getVersion().getIndex();
        swarm.fate("bad", TaskState.RUNNING);
        swarm.advance(Duration.ofMinutes(3));
        assertThat(swarm.images("web")).containsExactly("bad", "bad");
        assertThat(swarm.wanted("web")).hasSize(2);
        assertThat(swarm.service("web").getMeta().getVersion().getIndex()).isEqualTo(begun);
    }

    @ParameterizedTest
    @CsvSource({"STOP_FIRST, ANY", "START_FIRST, ANY", "STOP_FIRST, NONE", "START_FIRST, NONE"})
    void aRollbackLeavesAloneWhatStillRuns(UpdateOrder order, RestartCondition condition) {
        ServiceSpec.Builder spec = replicated("web", 3);
        spec.getTaskBuilder().getRestartBuilder().setCondition(condition);
        swarm.create(spec.setUpdate(config().setParallelism(2)
                        .setOrder(UpdateOrder.START_FIRST)
                        .setFailureAction(FailureAction.ROLLBACK))
                .setRollback(config().setOrder(order)));
        List<Task> before = swarm.running("web");
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(20));

        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_COMPLETED);
        assertThat(swarm.running("web")).isEqualTo(before);
        assertThat(swarm.wanted("web")).isEqualTo(before);
    }

    @Test
    void startFirstRunsNoneTwiceInTheEnd() {
        swarm.create(replicated("web", 3).setUpdate(config().setParallelism(0).setOrder(UpdateOrder.START_FIRST)));
        swarm.nodesIgnoreStops();
        swarm.image("web", "v2");
        assertThat(swarm.images("web")).hasSize(6);
        swarm.nodesHonourStops();
        swarm.advance(Duration.ofSeconds(6));

        assertThat(swarm.images("web")).containsExactly("v2", "v2", "v2");
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void whatDoesNotRunAnywayIsReplacedFirst() {
        swarm.create(replicated("web", 3).setUpdate(config().setDelay(seconds(30))));
        swarm.fate("v1", TaskState.PREPARING);
        swarm.end(swarm.running("web").get(1), TaskState.FAILED);
        swarm.image("web", "v2");

        assertThat(swarm.running("web"))
                .filteredOn(task -> task.getSpec().getContainer().getImage().equals("v2"))
                .extracting(Task::getSlot)
                .containsExactly(2L);
    }

    @Test
    void aTaskThatWillNotStopHoldsUpItsSlotForAMinute() {
        swarm.create(replicated("web", 2));
        swarm.nodesIgnoreStops();
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(59));
        assertThat(swarm.images("web")).containsExactly("v1", "v1");
        swarm.advance(Duration.ofSeconds(2));
        assertThat(swarm.images("web")).containsExactly("v1", "v2", "v1");
        swarm.advance(Duration.ofSeconds(75));
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void aNodeThatIsLostDuringTheUpdateIsNoFailureOfIt() {
        swarm.create(replicated("web", 4).setUpdate(config().setDelay(seconds(2))));
        swarm.node("n2");
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(3));
        assertThat(swarm.running("web")).anyMatch(task -> task.getNodeId().equals("n2"));
        swarm.down("n2");
        swarm.advance(Duration.ofSeconds(20));

        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
        assertThat(swarm.running("web"))
                .filteredOn(task -> !task.getNodeId().equals("n2"))
                .hasSize(4)
                .allMatch(task -> task.getSpec().getContainer().getImage().equals("v2"));
    }

    @Test
    void scalingToNothingEndsAnUpdate() {
        swarm.fate("slow", TaskState.PREPARING);
        swarm.create(replicated("web", 3));
        swarm.image("web", "slow");
        swarm.scale("web", 0);
        swarm.advance(Duration.ofSeconds(6));

        assertThat(swarm.tasks("web")).isEmpty();
        assertThat(state()).isIn(UpdateState.UNKNOWN, UpdateState.COMPLETED);
    }

    @Test
    void replicasThatFindNoPlaceDoNotHoldUpTheUpdateOfOthers() {
        swarm.create(replicated("web", 2));
        swarm.noRoomBeyond(4);
        swarm.change("web", spec -> {
            spec.getReplicatedBuilder().setReplicas(6);
            spec.getTaskBuilder().getContainerBuilder().setImage("v2");
            return spec;
        });
        swarm.advance(Duration.ofSeconds(20));

        assertThat(swarm.images("web")).hasSize(4).containsOnly("v2");
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void aPausedNodeKeepsItsGlobalTaskAsItIs() {
        swarm.node("n2");
        swarm.create(FakeSwarm.global("web"));
        swarm.changeNode("n2", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.PAUSE)));
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(10));
        assertThat(swarm.images("web")).containsExactly("v2", "v1");
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);

        swarm.changeNode("n2", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.ACTIVE)));
        swarm.advance(Duration.ofSeconds(10));
        assertThat(swarm.images("web")).containsExactly("v2", "v2");
    }

    @Test
    void noPastIsNeededToEndAnUpdate() {
        swarm.limitHistory(0);
        swarm.create(replicated("web", 3)
                .setUpdate(config().setOrder(UpdateOrder.START_FIRST).setFailureAction(FailureAction.CONTINUE)));
        swarm.change(
                "web",
                spec -> spec.setTask(spec.getTask().toBuilder()
                        .setRestart(RestartPolicy.newBuilder().setCondition(RestartCondition.NONE))));
        swarm.advance(Duration.ofSeconds(10));
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(30));
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
        long entries = swarm.store.entries();
        swarm.advance(Duration.ofMinutes(5));

        assertThat(swarm.store.entries()).isEqualTo(entries);
        assertThat(swarm.images("web")).containsExactly("v1", "v1", "v1");
    }

    private UpdateState state() {
        return swarm.service("web").getUpdateStatus().getState();
    }

    private String message() {
        return swarm.service("web").getUpdateStatus().getMessage();
    }
}
