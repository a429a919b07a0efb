package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Annotations;
import org.skep.protocol.GenericResource;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.Placement;
import org.skep.protocol.ReplicatedJob;
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

    @ParameterizedTest
    @CsvSource({"3, 2 1", "2, 2", "1, 1", "0, ''"})
    void anAmountThatShrinksCostsTheYoungest(long ssd, String left) {
        swarm.node("n1", n -> generic(n, discrete("ssd", 4)));
        create("a", List.of(discrete("ssd", 2)));
        create("b", List.of(discrete("ssd", 1)));
        swarm.advance(Duration.ofSeconds(1));
        swarm.changeNode("n1", n -> generic(n, discrete("ssd", ssd)));

        assertThat(amounts()).isEqualTo(left);
    }

    private String amounts() {
        return Stream.of("a", "b")
                .flatMap(name -> swarm.running(name).stream())
                .filter(task -> task.getAssignedGenericResourcesCount() > 0)
                .map(task -> task.getAssignedGenericResources(0)
                                .getDiscreteResourceSpec()
                                .getValue() + "")
                .collect(Collectors.joining(" "));
    }

    @Test
    void whoseNameIsGoneIsRejectedAndNobodyElse() {
        swarm.node("n1", n -> generic(n, named("gpu", "a"), named("gpu", "b"), named("gpu", "c")));
        create("a", List.of(named("gpu", "a")));
        create("b", List.of(named("gpu", "b"), named("gpu", "c")));
        Task first = swarm.running("a").get(0);
        Task second = swarm.running("b").get(0);
        swarm.changeNode("n1", n -> generic(n, named("gpu", "a"), named("gpu", "c")));

        assertThat(swarm.running("a")).containsExactly(first);
        assertThat(find("b", second).getStatus().getState()).isEqualTo(TaskState.REJECTED);
    }

    private Task find(String service, Task task) {
        return swarm.tasks(service).stream()
                .filter(other -> other.getId().equals(task.getId()))
                .findFirst()
                .orElseThrow();
    }

    /** A service whose task was given these by the scheduler. */
    private void create(String name, List<GenericResource> given) {
        swarm.create(replicated(name, 1));
        Task task = swarm.running(name).get(0);
        swarm.store.write(tx ->
                tx.update(task.toBuilder().addAllAssignedGenericResources(given).build()));
        swarm.settle();
    }

    private static Node.Builder generic(Node.Builder node, GenericResource... resources) {
        node.getDescriptionBuilder().getResourcesBuilder().clearGeneric().addAllGeneric(List.of(resources));
        return node;
    }

    private static GenericResource discrete(String kind, long value) {
        GenericResource.Builder resource = GenericResource.newBuilder();
        resource.getDiscreteResourceSpecBuilder().setKind(kind).setValue(value);
        return resource.build();
    }

    private static GenericResource named(String kind, String value) {
        GenericResource.Builder resource = GenericResource.newBuilder();
        resource.getNamedResourceSpecBuilder().setKind(kind).setValue(value);
        return resource.build();
    }

    @Test
    void whatAJobHasDoneIsNotRejected() {
        labelled("n1");
        var spec = FakeSwarm.spec("job", "v1")
                .setReplicatedJob(ReplicatedJob.newBuilder().setMaxConcurrent(2).setTotalCompletions(2));
        spec.getTaskBuilder().getPlacementBuilder().addConstraints("node.labels.zone==east");
        swarm.create(spec);
        swarm.end(swarm.running("job").get(0), TaskState.COMPLETE);
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().clearAnnotations()));

        assertThat(swarm.tasks("job"))
                .filteredOn(task -> TaskStates.ended(task))
                .extracting(task -> task.getStatus().getState())
                .containsExactly(TaskState.COMPLETE, TaskState.REJECTED);
    }

    @Test
    void whoIsRejectedWaitsItsDelayAndIsNoCrashLoop() {
        labelled("n1");
        createConstrained();
        swarm.changeNode("n1", n -> n.setSpec(n.getSpec().toBuilder().clearAnnotations()));

        assertThat(swarm.wanted("web"))
                .singleElement()
                .matches(task -> task.hasCrashLoop() && task.getCrashLoop().getFailures() == 0);
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
