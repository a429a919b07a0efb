package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Cluster;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

class ReaperTest {

    private final FakeSwarm swarm = new FakeSwarm();

    @ParameterizedTest
    @CsvSource({"5, 6", "2, 3", "0, 1", "-1, 13"})
    void theNewestEndedTasksOfEachSlotAreKept(long limit, int kept) {
        swarm.start();
        swarm.limitHistory(limit);
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        failTimes(12);

        assertThat(swarm.tasks("web").stream().filter(task -> task.getSlot() == 1))
                .hasSize(kept);
        assertThat(swarm.tasks("web").stream().filter(task -> task.getSlot() == 2))
                .hasSize(1);
        assertThat(swarm.running("web")).hasSize(2);
    }

    @Test
    void fiveAreKeptUnlessTold() {
        swarm.start();
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        failTimes(9);

        assertThat(swarm.tasks("web")).hasSize(6);
    }

    private void failTimes(int times) {
        for (int i = 0; i < times; i++) {
            swarm.advance(Duration.ofSeconds(10));
            swarm.end(swarm.running("web").get(0), TaskState.FAILED);
            swarm.advance(Duration.ofSeconds(2));
        }
    }

    @Test
    void aSlotThatIsOverIsNotForgotten() {
        swarm.start();
        swarm.limitHistory(0);
        swarm.node("n1");
        var spec = replicated("web", 1);
        swarm.create(spec.setTask(
                spec.getTask().toBuilder().setRestart(RestartPolicy.newBuilder().setCondition(RestartCondition.NONE))));
        swarm.end(swarm.running("web").get(0), TaskState.COMPLETE);
        swarm.advance(Duration.ofSeconds(5));

        assertThat(swarm.tasks("web")).singleElement().matches(TaskStates::ended);
    }

    @Test
    void loweringTheLimitShortensThePast() {
        swarm.start();
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        failTimes(6);
        swarm.limitHistory(1);
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.tasks("web")).hasSize(2);
    }

    @Test
    void theLimitMayChangeAtAnyTime() {
        swarm.start();
        swarm.limitHistory(-1);
        swarm.node("n1");
        swarm.create(replicated("web", 1));
        failTimes(8);
        assertThat(swarm.tasks("web")).hasSize(9);
        for (int limit : new int[] {3, 1, 0}) {
            swarm.store.write(tx -> {
                Cluster.Builder cluster = tx.cluster().orElseThrow().toBuilder();
                cluster.getSpecBuilder().getOrchestrationBuilder().setTaskHistoryRetentionLimit(limit);
                tx.update(cluster.build());
            });
            swarm.advance(Duration.ofSeconds(1));
            assertThat(swarm.tasks("web")).hasSize(limit + 1);
        }
    }

    @Test
    void asMuchIsKeptAsRestartLimitsNeed() {
        swarm.start();
        swarm.limitHistory(1);
        swarm.node("n1");
        swarm.fate("v1", TaskState.FAILED);
        var spec = replicated("web", 1);
        spec.getTaskBuilder().getRestartBuilder().setMaxAttempts(4);
        swarm.create(spec);
        swarm.advance(Duration.ofMinutes(2));

        assertThat(swarm.tasks("web")).hasSize(5).allMatch(TaskStates::ended);
    }

    @Test
    void theHistoryOfAGlobalServiceIsKeptPerNode() {
        swarm.start();
        swarm.limitHistory(2);
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(FakeSwarm.global("web"));
        for (int i = 0; i < 5; i++) {
            swarm.advance(Duration.ofSeconds(10));
            swarm.running("web").forEach(task -> swarm.end(task, TaskState.FAILED));
            swarm.advance(Duration.ofSeconds(2));
        }

        assertThat(swarm.tasks("web")).hasSize(6);
        assertThat(swarm.running("web")).extracting(Task::getNodeId).containsExactly("n1", "n2");
    }

    @Test
    void aRemovedServiceLeavesNothingOnceItsTasksHaveStopped() {
        swarm.start();
        swarm.limitHistory(-1);
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        failTimes(3);
        swarm.remove("web");
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.store.view().tasks().all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "REMOVE, NEW, true",
        "REMOVE, PENDING, true",
        "REMOVE, ASSIGNED, false",
        "REMOVE, PREPARING, false",
        "REMOVE, READY, false",
        "REMOVE, RUNNING, false",
        "REMOVE, COMPLETE, true",
        "REMOVE, SHUTDOWN, true",
        "REMOVE, FAILED, true",
        "REMOVE, REJECTED, true",
        "REMOVE, ORPHANED, true",
        "SHUTDOWN, NEW, true",
        "SHUTDOWN, PENDING, true",
        "SHUTDOWN, ASSIGNED, false",
        "SHUTDOWN, RUNNING, false",
        "SHUTDOWN, COMPLETE, true",
        "SHUTDOWN, FAILED, true",
        "RUNNING, NEW, false",
        "RUNNING, PENDING, false",
        "RUNNING, RUNNING, false"
    })
    void whatMayGo(TaskState desired, TaskState actual, boolean goes) {
        swarm.limitHistory(0);
        swarm.node("n1");
        swarm.create(replicated("web", 2));
        store("old", desired, actual, desired == TaskState.RUNNING ? 2 : 1);
        store("new", TaskState.RUNNING, TaskState.RUNNING, 1);
        swarm.nodesIgnoreStops();
        swarm.start();
        swarm.loops.advance(Duration.ofSeconds(1));

        assertThat(swarm.store.view().tasks().get("old").isEmpty()).isEqualTo(goes);
        assertThat(swarm.store.view().tasks().get("new")).isPresent();
    }

    @Test
    void orphansOfNoServiceGoAtOnce() {
        swarm.node("n1");
        swarm.start();
        swarm.store.write(tx -> tx.create(Task.newBuilder()
                .setId("lone")
                .setNodeId("n1")
                .setDesiredState(TaskState.SHUTDOWN)
                .setStatus(TaskStatus.newBuilder().setState(TaskState.ORPHANED))
                .build()));
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.store.view().tasks().get("lone")).isEmpty();
    }

    @Test
    void deletionsAreGathered() {
        swarm.start();
        swarm.node("n1");
        swarm.create(replicated("web", 300));
        swarm.remove("web");
        long before = swarm.store.entries();
        swarm.advance(Duration.ofMillis(300));

        assertThat(swarm.tasks("web")).isEmpty();
        assertThat(swarm.store.entries() - before).isEqualTo(2);
    }

    private void store(String id, TaskState desired, TaskState actual, long slot) {
        swarm.store.write(tx -> tx.create(Task.newBuilder()
                .setId(id)
                .setServiceId("web")
                .setSlot(slot)
                .setNodeId(actual.getNumber() < TaskState.ASSIGNED_VALUE ? "" : "n1")
                .setSpec(tx.services().get("web").orElseThrow().getSpec().getTask())
                .setSpecVersion(tx.services().get("web").orElseThrow().getSpecVersion())
                .setDesiredState(desired)
                .setStatus(TaskStatus.newBuilder().setState(actual))
                .build()));
        swarm.loops.advance(Duration.ofMillis(1));
    }
}
