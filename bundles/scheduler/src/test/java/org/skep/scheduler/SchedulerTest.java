package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Version;
import org.skep.store.Kind;

class SchedulerTest extends SwarmFixture {

    @Test
    void tasksAreSpreadByServiceThenByLoad() {
        node("n1");
        node("n2");
        node("n3");
        tasks("a", 2, task -> task);
        tasks("b", 4, task -> task);

        assertThat(on("n1", "a") + on("n2", "a") + on("n3", "a")).isEqualTo(2);
        assertThat(on("n3", "a")).isZero();
        assertThat(on("n1", "b")).isBetween(1L, 2L);
        assertThat(on("n2", "b")).isBetween(1L, 2L);
        assertThat(on("n3", "b")).isEqualTo(2);
    }

    @Test
    void anAssignedTaskSaysSo() {
        node("n1");
        String id = task("web", task -> task);

        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
        assertThat(status(id).getMessage()).isEqualTo("scheduler assigned task to node");
        assertThat(status(id).getErr()).isEmpty();
    }

    @Test
    void aSwarmWithoutNodesIsNoSuitablePlace() {
        assertThat(status(task("web", task -> task)).getErr()).isEqualTo("no suitable node");
    }

    @Test
    void aReasonIsWrittenOnce() {
        node("n1");
        task("web", constrained("node.labels.zone==east"));
        long entries = store.entries();
        task("other", task -> task);
        change("n1", node -> node.setVXLANUDPPort(4789));

        assertThat(store.entries()).isEqualTo(entries + 3);
    }

    @Test
    void whereTasksKeepFailingIsAvoided() {
        node("n1");
        node("n2");
        tasks("load", 1, task -> task.setNodeId("n2"));
        tasks("load", 1, task -> task.setNodeId("n2"));
        for (int i = 0; i < 5; i++) {
            String id = task("web", task -> task);
            assertThat(find(id).getNodeId()).isEqualTo("n1");
            report(id, TaskState.FAILED);
            unwant(id);
        }
        assertThat(find(task("web", task -> task)).getNodeId()).isEqualTo("n2");
        assertThat(find(task("other", task -> task)).getNodeId()).isEqualTo("n1");

        loops.advance(Duration.ofMinutes(6));
        assertThat(find(task("web", task -> task)).getNodeId()).isEqualTo("n1");
    }

    @Test
    void aTaskWithANodeGoesThereOrWaits() {
        node("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(Availability.PAUSE)));
        node("n2");
        String id = task("agent", task -> task.setNodeId("n1").setSlot(0));
        assertThat(status(id).getErr()).isEqualTo("no suitable node (1 node not available for new tasks)");

        change("n1", node -> node.clearSpec());
        assertThat(find(id).getNodeId()).isEqualTo("n1");
        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aTaskNobodyWantsAnyMoreIsOver() {
        String id = task("web", task -> task);
        unwant(id);

        assertThat(status(id).getState()).isEqualTo(TaskState.SHUTDOWN);
    }

    @Test
    void newTasksAreNotForTheScheduler() {
        node("n1");
        String id = task("web", task -> task.setStatus(TaskStatus.newBuilder().setState(TaskState.NEW)));

        assertThat(status(id).getState()).isEqualTo(TaskState.NEW);
    }

    @Test
    void aNewLeaderKnowsWhatIsTaken() {
        node("n1", resources(1, 100));
        task("web", reserving(1, 0));
        String waiting = task("web", reserving(1, 0));
        new Scheduler(store, loops);
        loops.settle();

        assertThat(status(waiting).getState()).isEqualTo(TaskState.PENDING);
    }

    @Test
    void tasksWithoutAServiceAreJudgedByWhatTheyAskFor() {
        node("n1", resources(1, 100));
        String small = task("", task -> task);
        String big = task("", reserving(2, 0));

        assertThat(status(small).getState()).isEqualTo(TaskState.ASSIGNED);
        assertThat(status(big).getErr()).isEqualTo("no suitable node (insufficient resources on 1 node)");
    }

    @Test
    void tenThousandTasksOnAThousandNodesAreEven() {
        store.write(tx -> {
            for (int i = 0; i < 1000; i++) {
                tx.create(Node.newBuilder()
                        .setId("n" + i)
                        .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY))
                        .build());
            }
        });
        store.write(tx -> {
            for (int i = 0; i < 10_000; i++) {
                tx.create(pendingTask("web", "t" + i).build());
            }
        });
        loops.settle();

        for (Node node : store.view().nodes().all()) {
            assertThat(store.view().tasks().onNode(node.getId())).hasSize(10);
        }
    }

    @Test
    void aNewVersionOfAServiceStartsWithoutBlame() {
        node("n1");
        node("n2");
        tasks("load", 2, task -> task.setNodeId("n2").setSlot(0));
        for (int i = 0; i < 5; i++) {
            String id = task("web", task -> task);
            report(id, TaskState.REJECTED);
            unwant(id);
        }

        assertThat(find(task(
                                "web",
                                task -> task.setSpecVersion(Version.newBuilder().setIndex(2))))
                        .getNodeId())
                .isEqualTo("n1");
    }

    @Test
    void tasksOfGlobalServicesSayNothingAgainstANode() {
        node("n1");
        node("n2");
        tasks("load", 2, task -> task.setNodeId("n2").setSlot(0));
        for (int i = 0; i < 6; i++) {
            String id = task("web", task -> task.setNodeId("n1").setSlot(0));
            report(id, TaskState.FAILED);
            unwant(id);
        }

        assertThat(find(task("web", task -> task)).getNodeId()).isEqualTo("n1");
    }

    @Test
    void whoComesLaterToAGroupWithoutRoomIsToldTheSame() {
        node("n1", resources(1, 0));
        tasks("web", 2, reserving(1, 0));
        long entries = store.entries();
        String late = task("web", reserving(1, 0));

        assertThat(status(late).getErr()).isEqualTo("no suitable node (insufficient resources on 1 node)");
        assertThat(store.entries()).isEqualTo(entries + 2);
    }

    @Test
    void theReasonIsThatOfNow() {
        node("n1", resources(1, 0));
        String waiting = task("web", reserving(2, 0));
        node("n2");
        assertThat(status(waiting).getErr()).isEqualTo("no suitable node (insufficient resources on 2 nodes)");

        store.write(tx -> tx.delete(Kind.NODE, "n2"));
        loops.settle();
        assertThat(status(waiting).getErr()).isEqualTo("no suitable node (insufficient resources on 1 node)");
    }

    @Test
    void deadTasksTakeNoRoom() {
        node("n1", resources(1, 0));
        store.write(tx -> tx.create(reserving(1, 0)
                .apply(pendingTask("old", "old"))
                .setNodeId("n1")
                .setDesiredState(TaskState.SHUTDOWN)
                .setStatus(TaskStatus.newBuilder().setState(TaskState.FAILED))
                .build()));

        assertThat(status(task("web", reserving(1, 0))).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void whereATaskIsStoppingItStillHoldsItsRoom() {
        node("n1", resources(1, 0));
        String first = task("web", reserving(1, 0));
        unwant(first);
        String second = task("web", reserving(1, 0));
        assertThat(status(second).getState()).isEqualTo(TaskState.PENDING);

        report(first, TaskState.SHUTDOWN);
        assertThat(status(second).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void tasksOfANodeThatIsNotKnownYetCountOnceItIs() {
        store.write(tx -> tx.create(pendingTask("web", "early")
                .setNodeId("n1")
                .setStatus(TaskStatus.newBuilder().setState(TaskState.RUNNING))
                .build()));
        loops.settle();
        node("n1");
        node("n2");

        assertThat(find(task("web", task -> task)).getNodeId()).isEqualTo("n2");
    }

    @Test
    void aNodeThatIsLostMeanwhileIsNotUsed() {
        node("n1");
        store.write(tx -> {
            tx.create(pendingTask("web", "t").build());
        });
        store.write(tx -> tx.update(tx.nodes().get("n1").orElseThrow().toBuilder()
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN))
                .build()));
        loops.settle();
        assertThat(status("t").getErr()).isEqualTo("no suitable node (1 node not available for new tasks)");

        node("n2");
        assertThat(find("t").getNodeId()).isEqualTo("n2");
    }

    /** The node in between catches up while the others are still to be looked at. */
    @Test
    void anEmptyNodeCatchesUpAndTheOthersAreNotForgotten() {
        node("n1");
        node("n3");
        tasks("web", 6, task -> task);
        node("n2");
        tasks("web", 10, task -> task);

        assertThat(counts("web", "n1", "n2", "n3")).containsExactlyInAnyOrder(6L, 5L, 5L);
    }
}
