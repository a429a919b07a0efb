package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.skep.protocol.Annotations;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Kind;

/** What a new leader makes of what happened while nobody led. */
class TakeOverTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @BeforeEach
    void aNode() {
        swarm.node("n1");
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "REJECTED", "COMPLETE"})
    void aTaskThatEndedIsRestartedAfterItsDelay(TaskState end) {
        swarm.create(replicated("web", 2));
        swarm.vacancy();
        swarm.end(swarm.running("web").get(0), end);
        swarm.start();
        assertThat(swarm.running("web")).hasSize(1);
        swarm.advance(Duration.ofSeconds(2));

        assertThat(swarm.running("web")).hasSize(2);
        assertThat(swarm.tasks("web")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"down", "drained", "deleted"})
    void tasksOfANodeThatIsNoPlaceToRunAreReplacedAtOnce(String fate) {
        swarm.create(replicated("web", 2));
        swarm.node("n2");
        swarm.vacancy();
        befall("n1", fate);
        swarm.start();

        assertThat(swarm.running("web"))
                .filteredOn(TaskStates::wanted)
                .hasSize(2)
                .extracting(Task::getNodeId)
                .containsOnly("n2");
    }

    private void befall(String node, String fate) {
        switch (fate) {
            case "down" -> swarm.down(node);
            case "drained" -> swarm.drain(node);
            case "paused" -> available(node, Availability.PAUSE);
            default -> {
                swarm.store.write(tx -> tx.delete(Kind.NODE, node));
                swarm.settle();
            }
        }
    }

    private void available(String node, Availability availability) {
        swarm.changeNode(node, n -> n.setSpec(n.getSpec().toBuilder().setAvailability(availability)));
    }

    @Test
    void aServiceThatWasRemovedLeavesNoTasks() {
        swarm.create(replicated("web", 2));
        swarm.vacancy();
        swarm.remove("web");
        swarm.start();
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.tasks("web")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5", "1", "0"})
    void aServiceThatWasScaledHasAsManyTasks(int replicas) {
        swarm.create(replicated("web", 3));
        swarm.vacancy();
        swarm.scale("web", replicas);
        swarm.start();

        assertThat(swarm.running("web")).hasSize(replicas);
    }

    @Test
    void aTaskThatWaitsForItsPredecessorWaitsNoLongerThanWithTheLastLeader() {
        swarm.create(replicated("web", 1));
        swarm.node("n2");
        swarm.nodesIgnoreStops();
        swarm.drain("n1");
        swarm.advance(Duration.ofSeconds(40));
        swarm.failOver();
        swarm.advance(Duration.ofSeconds(19));
        assertThat(swarm.running("web")).extracting(Task::getNodeId).containsExactly("n1");
        swarm.advance(Duration.ofSeconds(2));

        assertThat(swarm.running("web")).extracting(Task::getNodeId).containsExactlyInAnyOrder("n1", "n2");
    }

    @ParameterizedTest
    @CsvSource({"down, n2", "drained, n2", "deleted, n2", "paused, n1 n2"})
    void aGlobalServiceLeavesNodesThatAreNoPlaceToRun(String fate, String nodes) {
        swarm.node("n2");
        swarm.create(FakeSwarm.global("web"));
        swarm.vacancy();
        befall("n1", fate);
        swarm.start();
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.wanted("web")).extracting(Task::getNodeId).containsExactly(nodes.split(" "));
    }

    @Test
    void aGlobalServiceTakesTheNodesThatCame() {
        swarm.create(FakeSwarm.global("web"));
        swarm.vacancy();
        swarm.node("n2");
        swarm.node("n3", n -> n.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN)));
        swarm.start();

        assertThat(nodes()).containsExactly("n1", "n2");
    }

    @Test
    void aGlobalServiceKeepsToItsConstraints() {
        swarm.node("n2");
        for (String node : List.of("n1", "n2")) {
            label(node, "zone", node.equals("n1") ? "east" : "west");
        }
        ServiceSpec.Builder spec = FakeSwarm.global("web");
        spec.getTaskBuilder().getPlacementBuilder().addConstraints("node.labels.zone==east");
        swarm.create(spec);
        assertThat(nodes()).containsExactly("n1");
        swarm.vacancy();
        label("n1", "zone", "west");
        label("n2", "zone", "east");
        swarm.start();

        assertThat(nodes()).containsExactly("n2");
    }

    private void label(String node, String key, String value) {
        swarm.changeNode(
                node,
                n -> n.setSpec(n.getSpec().toBuilder()
                        .setAnnotations(Annotations.newBuilder().putLabels(key, value))));
    }

    @Test
    void aGlobalTaskThatFailedIsRestartedOnItsNode() {
        swarm.node("n2");
        swarm.create(FakeSwarm.global("web"));
        swarm.vacancy();
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        swarm.start();
        assertThat(nodes()).containsExactly("n2");
        swarm.advance(Duration.ofSeconds(2));

        assertThat(nodes()).containsExactly("n1", "n2");
    }

    private List<String> nodes() {
        return swarm.running("web").stream().map(Task::getNodeId).toList();
    }
}
