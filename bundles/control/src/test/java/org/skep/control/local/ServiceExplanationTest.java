package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.spec;
import static org.skep.control.local.Manager.task;
import static org.skep.control.testing.Users.ANN;

import com.google.protobuf.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.control.Services.Explanation;
import org.skep.protocol.CrashLoop;
import org.skep.protocol.GlobalService;
import org.skep.protocol.Mount;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.PlacementPreference;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.SpreadOver;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.UpdateStatus;

class ServiceExplanationTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:03Z");

    private final Manager manager = Manager.leading();
    private final LocalServices services =
            new LocalServices(manager.access, new Strategies(), Clock.fixed(NOW, ZoneOffset.UTC));
    private final String web = services.create(spec("web"), ANN).getId();

    @BeforeEach
    void node() {
        manager.givenNode(Manager.NODE_ID, "alpha");
    }

    private Task.Builder webTask(String id, TaskState state, String error) {
        return task(id, web, "web", 1, state)
                .setNodeId(Manager.NODE_ID)
                .setStatus(TaskStatus.newBuilder()
                        .setState(state)
                        .setErr(error)
                        .setTimestamp(Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - 3)));
    }

    private Explanation only(String service) {
        List<Explanation> all = services.explain(service);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void aRunningTaskIsWhereItIs() {
        manager.givenTask(webTask("t1", TaskState.RUNNING, ""));

        Explanation explanation = only("web");

        assertThat(explanation.task()).isEqualTo("t1");
        assertThat(explanation.subject()).isEqualTo("web.1");
        assertThat(explanation.reasons())
                .first()
                .asString()
                .isEqualTo("running on node alpha since 2026-11-20T12:00:00Z");
        assertThat(explanation.reasons().get(1))
                .isEqualTo("placed by spreading over nodes that are ready, active (1 of 1 now)");
    }

    @Test
    void aPendingTaskTellsWhatTheFiltersSaid() {
        manager.givenTask(
                webTask("t1", TaskState.PENDING, "no suitable node (scheduling constraints not satisfied on 1 node)")
                        .clearNodeId());

        assertThat(only("web").reasons())
                .containsExactly(
                        "no node can take it: no suitable node (scheduling constraints not satisfied on 1 node)");
    }

    @Test
    void aFailingTaskTellsItsErrorAndItsNextStart() {
        manager.givenTask(
                webTask("t1", TaskState.FAILED, "task: non-zero exit (1)").setDesiredState(TaskState.SHUTDOWN));
        manager.givenTask(webTask("t2", TaskState.READY, "").setDesiredState(TaskState.READY));

        assertThat(only("web").reasons())
                .anyMatch(line -> line.equals("ready on node alpha: next start in 2s (restart delay 5s)"))
                .anyMatch(line -> line.contains("the one before failed") && line.contains("non-zero exit (1)"));
    }

    @Test
    void anEndedTaskTellsWhyItIsNotRestarted() {
        Task.Builder ended = webTask("t1", TaskState.COMPLETE, "");
        ended.getSpecBuilder().setRestart(RestartPolicy.newBuilder().setCondition(RestartPolicy.RestartCondition.NONE));
        manager.givenTask(ended);

        assertThat(only("web").reasons())
                .containsExactly(
                        "complete on node alpha at 2026-11-20T12:00:00Z",
                        "not restarted: the restart condition is none");
    }

    @Test
    void aMissingDriverIsNamed() {
        Task.Builder preparing = webTask("t1", TaskState.PREPARING, "");
        preparing
                .getSpecBuilder()
                .getContainerBuilder()
                .addMounts(Mount.newBuilder()
                        .setType(Mount.Type.VOLUME)
                        .setSource("data")
                        .setTarget("/data")
                        .setVolumeOptions(Mount.VolumeOptions.newBuilder()
                                .setDriverConfig(
                                        org.skep.protocol.Driver.newBuilder().setName("nfs"))));
        manager.givenTask(preparing);

        assertThat(only("web").reasons()).contains("waiting for volume driver nfs on node alpha");
    }

    @Test
    void missingReplicasAndNoReplicasAreExplained() {
        assertThat(only("web").reasons()).containsExactly("1 of 1 replicas have no task yet");
        ServiceSpec.Builder none = spec("none").toBuilder();
        none.getReplicatedBuilder().setReplicas(0);
        services.create(none.build(), ANN);
        assertThat(only("none").reasons()).containsExactly("the service has 0 replicas");
    }

    @Test
    void aPausedUpdateTellsWhy() {
        manager.givenTask(webTask("t1", TaskState.RUNNING, ""));
        manager.store.write(tx -> tx.update(tx.services().get(web).orElseThrow().toBuilder()
                .setUpdateStatus(UpdateStatus.newBuilder()
                        .setState(UpdateStatus.UpdateState.PAUSED)
                        .setMessage("task t1 failed"))
                .build()));

        assertThat(services.explain("web").get(1).reasons()).containsExactly("update paused: task t1 failed");
    }

    @Test
    void aGlobalServiceExplainsNodesWithoutATask() {
        ServiceSpec.Builder global = spec("agent").toBuilder().setGlobal(GlobalService.getDefaultInstance());
        global.getTaskBuilder().getPlacementBuilder().addConstraints("node.labels.zone==east");
        services.create(global.build(), ANN);

        assertThat(only("agent").reasons())
                .containsExactly("no task on node alpha: does not meet node.labels.zone==east");

        manager.store.write(tx -> {
            var node = tx.nodes().get(Manager.NODE_ID).orElseThrow().toBuilder();
            node.getSpecBuilder().setAvailability(NodeSpec.Availability.DRAIN);
            node.getSpecBuilder().getAnnotationsBuilder().putLabels("zone", "East");
            tx.update(node.build());
        });
        assertThat(only("agent").reasons()).containsExactly("no task on node alpha: its availability is drain");
    }

    @Test
    void aCrashLoopSaysWhenItIsTriedAgain() {
        manager.givenTask(webTask("t1", TaskState.READY, "")
                .setDesiredState(TaskState.READY)
                .setCrashLoop(CrashLoop.newBuilder()
                        .setFailures(4)
                        .setNextTry(Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() + 40))));

        assertThat(only("web").reasons())
                .contains("ready on node alpha: crash loop, 4 tasks failed one after another; next start in 40s");
    }

    @Test
    void aPlacementNamesItsRule() {
        ServiceSpec.Builder packed = spec("packed").toBuilder();
        packed.getTaskBuilder()
                .getPlacementBuilder()
                .addPreferences(PlacementPreference.newBuilder()
                        .setSpread(SpreadOver.newBuilder().setSpreadDescriptor("node.labels.zone")));
        String id = services.create(packed.build(), ANN).getId();
        manager.givenTask(task("p1", id, "packed", 1, TaskState.RUNNING).setNodeId(Manager.NODE_ID));

        assertThat(only("packed").reasons())
                .anyMatch(reason ->
                        reason.startsWith("placed by spreading over node.labels.zone, then over nodes that are ready"));
    }

    @Test
    void aJobTellsWhatHasCompleted() {
        ServiceSpec.Builder spec = spec("job").toBuilder()
                .setReplicatedJob(ReplicatedJob.newBuilder().setMaxConcurrent(1).setTotalCompletions(3));
        String id = services.create(spec.build(), ANN).getId();
        manager.givenTask(task("j1", id, "job", 1, TaskState.COMPLETE)
                .setNodeId(Manager.NODE_ID)
                .setDesiredState(TaskState.COMPLETE));

        List<Explanation> all = services.explain("job");

        assertThat(all.get(0).reasons()).hasSize(1);
        assertThat(all.get(0).reasons().get(0)).startsWith("complete on node alpha");
        assertThat(all.get(1).reasons())
                .containsExactly("1 of 3 tasks have completed; 2 wait, because at most 1 run at a time");
    }
}
