package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.protocol.Relocation;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

class RelocationTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @BeforeEach
    void aCrowdedNodeAndAnEmptyOne() {
        swarm.node("n1");
        swarm.create(replicated("web", 4));
        swarm.node("n2");
    }

    private void mark(int tasks, int maxParallel) {
        List<Task> running = swarm.running("web");
        swarm.store.write(tx -> running.stream()
                .limit(tasks)
                .forEach(task -> tx.update(task.toBuilder()
                        .setRelocation(Relocation.newBuilder().setNodeId("n2").setMaxParallel(maxParallel))
                        .build())));
        swarm.settle();
    }

    private long on(String node) {
        return swarm.running("web").stream()
                .filter(task -> task.getNodeId().equals(node))
                .count();
    }

    @Test
    void theNewTaskRunsBeforeTheOldOneStops() {
        swarm.nodesIgnoreStops();
        mark(1, 1);
        assertThat(on("n1")).isEqualTo(4);
        assertThat(on("n2")).isEqualTo(1);
        assertThat(swarm.wanted("web")).hasSize(4).noneMatch(Task::hasRelocation);
        swarm.nodesHonourStops();

        assertThat(on("n1")).isEqualTo(3);
        assertThat(swarm.slots(swarm.running("web"))).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void onlyAsManyMoveAtATimeAsAllowedTheOldestFirst() {
        swarm.fate("v1", TaskState.PREPARING);
        mark(3, 2);
        assertThat(swarm.slots(movers())).containsExactly(1L, 2L);
        swarm.fate("v1", TaskState.RUNNING);
        swarm.settle();

        assertThat(on("n1")).isEqualTo(1);
        assertThat(on("n2")).isEqualTo(3);
        assertThat(swarm.tasks("web")).noneMatch(Task::hasRelocation);
    }

    private List<Task> movers() {
        return swarm.wanted("web").stream()
                .filter(task -> task.getNodeId().equals("n2"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED", "REJECTED"})
    void aMoveThatFailsIsUndone(TaskState end) {
        List<Task> before = swarm.running("web");
        swarm.fate("v1", end);
        mark(2, 1);
        swarm.advance(Duration.ofSeconds(10));

        assertThat(swarm.running("web")).extracting(Task::getId).isEqualTo(ids(before));
        assertThat(swarm.tasks("web")).hasSize(4).noneMatch(Task::hasRelocation);
    }

    @Test
    void aMoveThatDoesNotGetOnIsUndone() {
        List<Task> before = swarm.running("web");
        swarm.fate("v1", TaskState.PREPARING);
        mark(1, 1);
        swarm.advance(Duration.ofSeconds(299));
        assertThat(movers()).hasSize(1);
        swarm.failOver();
        swarm.advance(Duration.ofSeconds(2));

        assertThat(movers()).isEmpty();
        assertThat(swarm.running("web")).extracting(Task::getId).isEqualTo(ids(before));
    }

    @Test
    void aMoveThatFindsNoRoomDoesNotHoldUpOthers() {
        swarm.noRoomBeyond(0);
        mark(2, 1);
        assertThat(movers()).extracting(Task::getSlot).containsExactly(1L);
        swarm.advance(Duration.ofSeconds(31));
        assertThat(movers()).extracting(Task::getSlot).containsExactly(2L);
        swarm.advance(Duration.ofSeconds(31));

        assertThat(swarm.tasks("web")).hasSize(4).noneMatch(Task::hasRelocation);
        assertThat(on("n1")).isEqualTo(4);
    }

    private static List<String> ids(List<Task> tasks) {
        return tasks.stream().map(Task::getId).toList();
    }

    @Test
    void aNewLeaderGoesOn() {
        swarm.fate("v1", TaskState.PREPARING);
        mark(2, 1);
        swarm.failOver();
        assertThat(movers()).hasSize(1);
        swarm.fate("v1", TaskState.RUNNING);
        swarm.settle();

        assertThat(on("n2")).isEqualTo(2);
    }

    @Test
    void anotherSpecificationEndsTheMove() {
        swarm.fate("v1", TaskState.PREPARING);
        mark(2, 1);
        swarm.image("web", "v2");
        swarm.advance(Duration.ofSeconds(30));

        assertThat(swarm.images("web")).containsExactly("v2", "v2", "v2", "v2");
        assertThat(swarm.tasks("web")).noneMatch(Task::hasRelocation);
        assertThat(swarm.wanted("web")).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNodeThatTakesNoTasksEndsTheMove(boolean down) {
        swarm.fate("v1", TaskState.PREPARING);
        mark(2, 1);
        if (down) {
            swarm.down("n2");
        } else {
            swarm.drain("n2");
        }

        assertThat(swarm.tasks("web")).noneMatch(Task::hasRelocation);
        assertThat(on("n1")).isEqualTo(4);
        assertThat(swarm.wanted("web")).hasSize(4);
    }

    @Test
    void theNewTaskTakesOverIfTheOldOneEndsMeanwhile() {
        swarm.fate("v1", TaskState.PREPARING);
        mark(1, 1);
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        assertThat(swarm.wanted("web")).hasSize(4);
        swarm.fate("v1", TaskState.RUNNING);
        swarm.settle();

        assertThat(on("n2")).isEqualTo(1);
        assertThat(swarm.running("web")).hasSize(4);
    }

    @Test
    void aSlotThatIsRemovedIsNotMoved() {
        swarm.fate("v1", TaskState.PREPARING);
        mark(4, 4);
        swarm.scale("web", 1);
        swarm.fate("v1", TaskState.RUNNING);
        swarm.settle();
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.running("web")).hasSize(1);
        assertThat(swarm.wanted("web")).hasSize(1);
    }
}
