package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.global;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Annotations;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Placement;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Kind;

class GlobalTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @Test
    void everyNodeGetsOneTaskAlsoThoseThatCome() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(global("agent"));
        assertThat(nodes()).containsExactlyInAnyOrder("n1", "n2");
        assertThat(swarm.tasks("agent")).allMatch(task -> task.getSlot() == 0);

        swarm.node("n3");
        assertThat(nodes()).containsExactlyInAnyOrder("n1", "n2", "n3");
    }

    @Test
    void aNodeThatLeavesTakesItsTaskAlong() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(global("agent"));
        swarm.store.write(tx -> tx.delete(Kind.NODE, "n2"));
        swarm.settle();
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.tasks("agent")).extracting(Task::getNodeId).containsExactly("n1");
    }

    @Test
    void drainedAndDownNodesAreLeftAndTakenAgain() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(global("agent"));
        swarm.drain("n1");
        assertThat(nodes()).containsExactly("n2");
        assertThat(swarm.tasks("agent").get(0).getDesiredState()).isEqualTo(TaskState.SHUTDOWN);
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.ACTIVE)));
        assertThat(nodes()).containsExactly("n1", "n2");

        swarm.down("n2");
        assertThat(swarm.wanted("agent")).extracting(Task::getNodeId).containsExactly("n1");
        swarm.changeNode("n2", n -> n.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY)));
        assertThat(nodes()).containsExactly("n1", "n2");
    }

    @Test
    void pausedNodesKeepWhatTheyHave() {
        swarm.node("n1");
        swarm.create(global("agent"));
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.PAUSE)));
        swarm.node("n2", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.PAUSE)));
        assertThat(nodes()).containsExactly("n1");

        swarm.end(swarm.running("agent").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(10));
        assertThat(nodes()).isEmpty();
        assertThat(swarm.tasks("agent")).hasSize(1);

        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.ACTIVE)));
        swarm.advance(Duration.ofSeconds(10));
        assertThat(nodes()).containsExactly("n1");
    }

    @Test
    void constraintsChooseTheNodesNowAndLater() {
        swarm.node(
                "n1",
                n -> n.setSpec(n.getSpec().toBuilder()
                        .setAnnotations(Annotations.newBuilder().putLabels("zone", "east"))));
        swarm.node("n2");
        ServiceSpec.Builder spec = global("agent");
        swarm.create(spec.setTask(spec.getTask().toBuilder()
                .setPlacement(Placement.newBuilder().addConstraints("node.labels.zone==east"))));
        assertThat(nodes()).containsExactly("n1");

        swarm.changeNode(
                "n2",
                n -> n.setSpec(n.getSpec().toBuilder()
                        .setAnnotations(Annotations.newBuilder().putLabels("zone", "east"))));
        assertThat(nodes()).containsExactly("n1", "n2");
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().clearAnnotations()));
        assertThat(nodes()).containsExactly("n2");
        assertThat(swarm.tasks("agent").get(0).getStatus().getState()).isEqualTo(TaskState.SHUTDOWN);
    }

    @Test
    void aTaskThatEndsIsRestartedOnItsNode() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(global("agent"));
        swarm.end(swarm.running("agent").get(0), TaskState.FAILED);
        assertThat(nodes()).containsExactly("n2");
        swarm.advance(Duration.ofSeconds(2));
        assertThat(nodes()).containsExactly("n1", "n2");
    }

    @Test
    void removingTheServiceRemovesItsTasks() {
        swarm.node("n1");
        swarm.create(global("agent"));
        swarm.remove("agent");
        swarm.advance(Duration.ofSeconds(1));
        assertThat(swarm.tasks("agent")).isEmpty();
    }

    private List<String> nodes() {
        return swarm.running("agent").stream().map(Task::getNodeId).toList();
    }
}
