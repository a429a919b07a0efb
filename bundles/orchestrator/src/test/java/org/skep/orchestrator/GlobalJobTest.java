package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Annotations;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Placement;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Kind;

class GlobalJobTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    private static ServiceSpec.Builder job() {
        return FakeSwarm.spec("job", "v1").setGlobalJob(GlobalJob.getDefaultInstance());
    }

    @Test
    void everyNodeDoesItOnceAlsoThoseThatComeLater() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(job());
        assertThat(nodes()).containsExactly("n1", "n2");
        assertThat(swarm.tasks("job")).allMatch(task -> task.getDesiredState() == TaskState.COMPLETE);

        swarm.end(swarm.running("job").get(0), TaskState.COMPLETE);
        swarm.node("n3");
        assertThat(nodes()).containsExactly("n2", "n3");
        swarm.advance(Duration.ofMinutes(1));
        assertThat(swarm.tasks("job")).hasSize(3);
    }

    @Test
    void nodesThatAreNotFitToWorkAreLeftOutUntilTheyAre() {
        available("paused", Availability.PAUSE);
        available("drained", Availability.DRAIN);
        swarm.node("down", n -> n.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN)));
        swarm.node("unknown", n -> n.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.UNKNOWN)));
        swarm.create(job());
        assertThat(swarm.tasks("job")).isEmpty();

        activate("paused");
        activate("drained");
        ready("down");
        ready("unknown");
        assertThat(nodes()).containsExactlyInAnyOrder("paused", "drained", "down", "unknown");
    }

    private void available(String id, Availability availability) {
        swarm.node(id, n -> n.setSpec(n.getSpec().toBuilder().setAvailability(availability)));
    }

    private void activate(String id) {
        swarm.changeNode(id, n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.ACTIVE)));
    }

    private void ready(String id) {
        swarm.changeNode(id, n -> n.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY)));
    }

    @Test
    void constraintsChooseTheNodes() {
        swarm.node(
                "n1",
                n -> n.setSpec(n.getSpec().toBuilder()
                        .setAnnotations(Annotations.newBuilder().putLabels("zone", "east"))));
        swarm.node("n2");
        ServiceSpec.Builder spec = job();
        swarm.create(spec.setTask(spec.getTask().toBuilder()
                .setPlacement(Placement.newBuilder().addConstraints("node.labels.zone==east"))));
        assertThat(nodes()).containsExactly("n1");

        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().clearAnnotations()));
        assertThat(nodes()).isEmpty();
        assertThat(swarm.tasks("job")).singleElement().matches(t -> t.getDesiredState() == TaskState.SHUTDOWN);
    }

    @Test
    void aDrainedNodeDoesItWhenItIsBackUnlessItHas() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(job());
        swarm.end(swarm.running("job").get(0), TaskState.COMPLETE);
        swarm.drain("n1");
        swarm.drain("n2");
        assertThat(nodes()).isEmpty();

        activate("n1");
        activate("n2");
        assertThat(nodes()).containsExactly("n2");
    }

    @Test
    void whatFailsIsTriedAgainOnItsNode() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(job());
        swarm.end(swarm.running("job").get(0), TaskState.FAILED);
        assertThat(nodes()).containsExactly("n2");
        swarm.advance(Duration.ofSeconds(2));
        assertThat(nodes()).containsExactly("n1", "n2");
    }

    @Test
    void onAPausedNodeWhatRunsGoesOnAndWhatFailsWaits() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(job());
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().setAvailability(Availability.PAUSE)));
        assertThat(nodes()).containsExactly("n1", "n2");
        swarm.end(swarm.running("job").get(0), TaskState.FAILED);
        swarm.advance(Duration.ofMinutes(1));
        assertThat(nodes()).containsExactly("n2");

        activate("n1");
        swarm.advance(Duration.ofSeconds(2));
        assertThat(nodes()).containsExactly("n1", "n2");
    }

    @Test
    void anotherIterationIsDoneByAll() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(job());
        swarm.end(swarm.running("job").get(0), TaskState.COMPLETE);
        swarm.runAgain("job");
        swarm.advance(Duration.ofSeconds(1));

        assertThat(nodes()).containsExactly("n1", "n2");
        assertThat(swarm.tasks("job"))
                .hasSize(2)
                .allMatch(task -> task.getJobIteration().getIndex() == 1);
    }

    @Test
    void aNodeThatIsRemovedTakesItsTasksAlong() {
        swarm.node("n1");
        swarm.node("n2");
        swarm.create(job());
        swarm.store.write(tx -> tx.delete(Kind.NODE, "n2"));
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.tasks("job")).extracting(Task::getNodeId).containsExactly("n1");
    }

    private List<String> nodes() {
        return swarm.running("job").stream().map(Task::getNodeId).toList();
    }
}
