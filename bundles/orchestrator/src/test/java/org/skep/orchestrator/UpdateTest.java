package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;
import static org.skep.orchestrator.FakeSwarm.seconds;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.Placement;
import org.skep.protocol.PortConfig;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.UpdateStatus.UpdateState;

class UpdateTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @Test
    void withoutAConfigurationOneSlotFollowsAnother() {
        swarm.node("n1");
        swarm.create(replicated("web", 4));
        swarm.image("web", "v2");

        assertThat(swarm.images("web")).containsExactly("v2", "v2", "v2", "v2");
        assertThat(state()).isEqualTo(UpdateState.UPDATING);
        assertThat(swarm.slots(swarm.running("web"))).containsExactly(1L, 2L, 3L, 4L);
        swarm.advance(Duration.ofMillis(4900));
        assertThat(state()).isEqualTo(UpdateState.UPDATING);
        swarm.advance(Duration.ofMillis(200));
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
        assertThat(swarm.service("web").getUpdateStatus().getMessage()).isEqualTo("update completed");
    }

    @Test
    void onlyAsManySlotsAsAllowedAreWorkedOnWithAPauseBetween() {
        swarm.node("n1");
        swarm.create(replicated("web", 5)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(2).setDelay(seconds(3))));
        swarm.image("web", "v2");
        assertThat(Collections.frequency(swarm.images("web"), "v2")).isEqualTo(2);
        swarm.advance(Duration.ofMillis(2900));
        assertThat(Collections.frequency(swarm.images("web"), "v2")).isEqualTo(2);
        swarm.advance(Duration.ofMillis(200));
        assertThat(Collections.frequency(swarm.images("web"), "v2")).isEqualTo(4);
        swarm.advance(Duration.ofSeconds(3));
        assertThat(Collections.frequency(swarm.images("web"), "v2")).isEqualTo(5);
    }

    @Test
    void stopFirstWaitsForTheOldTaskToStop() {
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        swarm.nodesIgnoreStops();
        swarm.image("web", "v2");
        assertThat(swarm.images("web")).containsExactly("v1");
        assertThat(swarm.wanted("web")).singleElement().matches(t -> t.getDesiredState() == TaskState.READY);

        swarm.nodesHonourStops();
        assertThat(swarm.images("web")).containsExactly("v2");
    }

    @Test
    void startFirstStopsTheOldTaskOnceTheNewOneRuns() {
        swarm.node("n1");
        swarm.create(replicated("web", 1)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setOrder(UpdateOrder.START_FIRST)));
        swarm.nodesIgnoreStops();
        swarm.image("web", "v2");

        assertThat(swarm.images("web")).containsExactly("v1", "v2");
        assertThat(swarm.wanted("web"))
                .extracting(t -> t.getSpec().getContainer().getImage())
                .containsExactly("v2");
        swarm.nodesHonourStops();
        assertThat(swarm.images("web")).containsExactly("v2");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0.25, 2", "0.5, 3", "1, 4"})
    void failuresBeyondTheRatioPauseTheUpdate(float ratio, int updated) {
        swarm.node("n1");
        swarm.fate("bad", TaskState.FAILED);
        swarm.create(replicated("web", 4)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setMaxFailureRatio(ratio)));
        noRestarts();
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(20));

        long replaced = swarm.tasks("web").stream()
                .filter(task -> task.getSpec().getContainer().getImage().equals("bad"))
                .map(Task::getSlot)
                .distinct()
                .count();
        assertThat(replaced).isEqualTo(updated);
        assertThat(state()).isEqualTo(ratio == 1 ? UpdateState.COMPLETED : UpdateState.PAUSED);
    }

    private void noRestarts() {
        swarm.change(
                "web",
                spec -> spec.setTask(spec.getTask().toBuilder()
                        .setRestart(RestartPolicy.newBuilder().setCondition(RestartCondition.NONE))));
        swarm.advance(Duration.ofSeconds(30));
    }

    @Test
    void aPausedUpdateStaysUntilTheNextOne() {
        swarm.node("n1");
        swarm.fate("bad", TaskState.FAILED);
        swarm.create(replicated("web", 3));
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(30));
        assertThat(state()).isEqualTo(UpdateState.PAUSED);
        assertThat(swarm.service("web").getUpdateStatus().getMessage())
                .startsWith("update paused due to failure or early termination of task ");
        assertThat(swarm.images("web")).containsExactly("v1", "v1");

        swarm.failOver();
        swarm.advance(Duration.ofSeconds(30));
        assertThat(swarm.images("web")).containsExactly("v1", "v1");

        swarm.image("web", "v3");
        swarm.advance(Duration.ofSeconds(30));
        assertThat(swarm.images("web")).containsExactly("v3", "v3", "v3");
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void anUpdateThatContinuesReplacesEverything() {
        swarm.node("n1");
        swarm.fate("bad", TaskState.COMPLETE);
        swarm.create(replicated("web", 3)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setFailureAction(FailureAction.CONTINUE)));
        noRestarts();
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(20));

        assertThat(swarm.images("web")).isEmpty();
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void aLateFailureIsNoneOfTheUpdates() {
        swarm.node("n1");
        swarm.create(replicated("web", 1)
                .setUpdate(UpdateConfig.newBuilder()
                        .setParallelism(1)
                        .setMonitor(seconds(2))
                        .setDelay(seconds(10))));
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(3));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(30));

        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void aFailureUnderWatchAfterTheLastSlotCounts() {
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(4));
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);

        assertThat(state()).isEqualTo(UpdateState.PAUSED);
    }

    @Test
    void aFailingUpdateGoesBackByItself() {
        swarm.node("n1");
        swarm.fate("bad", TaskState.FAILED);
        swarm.create(replicated("web", 3)
                .setUpdate(rollback())
                .setRollback(UpdateConfig.newBuilder().setParallelism(1)));
        swarm.image("web", "bad");
        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_STARTED);
        assertThat(swarm.service("web").hasPreviousSpec()).isFalse();
        swarm.advance(Duration.ofSeconds(20));

        assertThat(swarm.images("web")).containsExactly("v1", "v1", "v1");
        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_COMPLETED);
        assertThat(swarm.service("web").getUpdateStatus().getMessage()).isEqualTo("rollback completed");
    }

    @ParameterizedTest
    @CsvSource({"PAUSE", "ROLLBACK"})
    void aRollbackIsNotRolledBack(FailureAction action) {
        swarm.node("n1");
        swarm.create(replicated("web", 2)
                .setUpdate(rollback())
                .setRollback(UpdateConfig.newBuilder().setParallelism(1).setFailureAction(action)));
        swarm.fate("bad", TaskState.FAILED);
        swarm.fate("v1", TaskState.FAILED);
        swarm.image("web", "bad");
        swarm.advance(Duration.ofSeconds(60));

        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_PAUSED);
        assertThat(swarm.service("web").getUpdateStatus().getMessage())
                .startsWith("rollback paused due to failure or early termination of task ");
    }

    @Test
    void aRollbackByHandConverges() {
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(10));
        swarm.store.write(tx -> {
            Service service = tx.services().get("web").orElseThrow();
            tx.update(service.toBuilder()
                    .setSpec(service.getPreviousSpec())
                    .setSpecVersion(service.getMeta().getVersion())
                    .setPreviousSpec(service.getSpec())
                    .setPreviousSpecVersion(service.getSpecVersion())
                    .setUpdateStatus(UpdateStatus.newBuilder().setState(UpdateState.ROLLBACK_STARTED))
                    .build());
        });
        swarm.advance(Duration.ofSeconds(10));

        assertThat(swarm.images("web")).containsExactly("v1", "v1");
        assertThat(state()).isEqualTo(UpdateState.ROLLBACK_COMPLETED);
    }

    private static UpdateConfig rollback() {
        return UpdateConfig.newBuilder()
                .setParallelism(1)
                .setFailureAction(FailureAction.ROLLBACK)
                .build();
    }

    @Test
    void aNewUpdateReplacesTheOneUnderWay() {
        swarm.node("n1");
        swarm.create(replicated("web", 4)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setDelay(seconds(5))));
        swarm.image("web", "v2");
        swarm.image("web", "v3");
        swarm.advance(Duration.ofSeconds(40));

        assertThat(swarm.images("web")).containsExactly("v3", "v3", "v3", "v3");
        assertThat(swarm.tasks("web"))
                .extracting(t -> t.getSpec().getContainer().getImage())
                .filteredOn("v2"::equals)
                .hasSize(1);
    }

    @Test
    void aNewLeaderFinishesTheUpdate() {
        swarm.node("n1");
        swarm.create(replicated("web", 4)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setDelay(seconds(5))));
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(6));
        swarm.failOver();
        swarm.advance(Duration.ofSeconds(40));

        assertThat(swarm.images("web")).containsExactly("v2", "v2", "v2", "v2");
        assertThat(swarm.tasks("web")).hasSize(8);
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void scalingIsNoUpdate() {
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        List<Task> before = swarm.tasks("web");
        swarm.scale("web", 4);

        assertThat(swarm.running("web")).hasSize(4).containsAll(before);
        assertThat(swarm.service("web").hasUpdateStatus()).isFalse();
    }

    @Test
    void scalingDoesNotStopAnUpdate() {
        swarm.node("n1");
        swarm.create(replicated("web", 3)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setDelay(seconds(2))));
        swarm.image("web", "v2");
        swarm.scale("web", 5);
        assertThat(swarm.images("web")).hasSize(5).contains("v1");
        swarm.advance(Duration.ofSeconds(20));

        assertThat(swarm.images("web")).hasSize(5).containsOnly("v2");
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void whatDoesNotTouchTasksReplacesNone() {
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        List<Task> before = swarm.tasks("web");
        swarm.change(
                "web",
                spec -> spec.setAnnotations(spec.getAnnotations().toBuilder().putLabels("a", "b")));
        swarm.change(
                "web",
                spec -> spec.setTask(spec.getTask().toBuilder()
                        .setPlacement(Placement.newBuilder().addConstraints("node.hostname==n1"))));
        swarm.change(
                "web",
                spec -> spec.setTask(spec.getTask().toBuilder()
                        .setContainer(spec.getTask().getContainer().toBuilder()
                                .setPullOptions(
                                        ContainerSpec.PullOptions.newBuilder().setRegistryAuth("x")))));
        swarm.advance(Duration.ofSeconds(10));

        assertThat(swarm.tasks("web")).isEqualTo(before);
    }

    @Test
    void whatTouchesTasksReplacesThem() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(replicated("web", 1));
        swarm.change("web", spec -> spec.setTask(spec.getTask().toBuilder().setForceUpdate(1)));
        swarm.advance(Duration.ofSeconds(10));
        assertThat(swarm.tasks("web")).hasSize(2);

        swarm.change(
                "web",
                spec -> spec.setEndpoint(EndpointSpec.newBuilder()
                        .addPorts(PortConfig.newBuilder()
                                .setPublishedPort(80)
                                .setPublishMode(PortConfig.PublishMode.HOST))));
        swarm.advance(Duration.ofSeconds(10));
        assertThat(swarm.tasks("web")).hasSize(3);

        String node = swarm.running("web").get(0).getNodeId();
        swarm.change(
                "web",
                spec -> spec.setTask(spec.getTask().toBuilder()
                        .setPlacement(Placement.newBuilder().addConstraints("node.hostname!=" + node))));
        swarm.advance(Duration.ofSeconds(10));
        assertThat(swarm.tasks("web")).hasSize(4);
    }

    @Test
    void aServiceRemovedDuringItsUpdateIsGone() {
        swarm.node("n1");
        swarm.create(replicated("web", 3)
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setDelay(seconds(5))));
        swarm.image("web", "v2");
        swarm.remove("web");
        swarm.advance(Duration.ofSeconds(20));

        assertThat(swarm.tasks("web")).isEmpty();
    }

    @Test
    void aGlobalServiceIsUpdatedNodeByNode() {
        swarm.node("n1");
        swarm.node("n2");
        ServiceSpec.Builder agent = FakeSwarm.global("web")
                .setUpdate(UpdateConfig.newBuilder().setParallelism(1).setDelay(seconds(5)));
        swarm.create(agent);
        swarm.image("web", "v2");
        assertThat(swarm.images("web")).containsExactlyInAnyOrder("v1", "v2");
        swarm.advance(Duration.ofSeconds(17));

        assertThat(swarm.images("web")).containsExactly("v2", "v2");
        assertThat(state()).isEqualTo(UpdateState.COMPLETED);
    }

    private UpdateState state() {
        return swarm.service("web").getUpdateStatus().getState();
    }
}
