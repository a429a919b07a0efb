package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Annotations;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.Placement;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

class EnforcerTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @Test
    void tasksThatTheirNodeNoLongerSuitsAreRejectedAndReplaced() {
        labelled("n1");
        createConstrained();
        labelled("n2");
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().clearAnnotations()));

        Task old = swarm.tasks("web").get(0);
        assertThat(old.getStatus().getState()).isEqualTo(TaskState.REJECTED);
        assertThat(old.getStatus().getErr()).isEqualTo("assigned node no longer meets constraints");
        assertThat(swarm.wanted("web")).hasSize(1);
    }

    @Test
    void nothingIsRejectedOnAPausedNode() {
        labelled("n1");
        createConstrained();
        swarm.changeNode(
                "n1", n -> n.setSpec(n.getSpec().toBuilder().clearAnnotations().setAvailability(Availability.PAUSE)));
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.running("web")).hasSize(1);
    }

    @Test
    void tasksThatNoLongerFitAreRejectedTheYoungestFirst() {
        swarm.node("n1");
        reserving("a");
        swarm.advance(Duration.ofSeconds(1));
        reserving("b");
        Task first = swarm.running("a").get(0);
        resources(3_000_000_000L);
        assertThat(swarm.running("a")).containsExactly(first);
        assertThat(swarm.tasks("b").get(0).getStatus().getState()).isEqualTo(TaskState.REJECTED);
    }

    @Test
    void aNodeThatDoesNotKnowItsResourcesYetKeepsItsTasks() {
        swarm.node("n1");
        reserving("a");
        resources(0);
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.running("a")).hasSize(1);
    }

    private void resources(long nanoCpus) {
        swarm.changeNode(
                "n1",
                n -> n.setDescription(n.getDescription().toBuilder()
                        .setResources(
                                n.getDescription().getResources().toBuilder().setNanoCpus(nanoCpus))));
    }

    private void reserving(String name) {
        var spec = replicated(name, 1);
        swarm.create(spec.setTask(spec.getTask().toBuilder()
                .setResources(ResourceRequirements.newBuilder()
                        .setReservations(Resources.newBuilder().setNanoCpus(2_000_000_000L)))));
    }

    private void labelled(String id) {
        swarm.node(
                id,
                n -> n.setSpec(n.getSpec().toBuilder()
                        .setAnnotations(Annotations.newBuilder().putLabels("zone", "east"))));
    }

    private void createConstrained() {
        var spec = replicated("web", 1);
        swarm.create(spec.setTask(spec.getTask().toBuilder()
                .setPlacement(Placement.newBuilder().addConstraints("node.labels.zone==east"))));
    }
}
