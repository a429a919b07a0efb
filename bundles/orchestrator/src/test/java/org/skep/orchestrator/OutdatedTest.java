package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.protocol.Meta;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.Version;

/** Which changes of a specification make tasks outdated. */
class OutdatedTest {

    private final FakeSwarm swarm = new FakeSwarm();
    private final Service service = Service.newBuilder()
            .setId("web")
            .setSpec(FakeSwarm.replicated("web", 1))
            .setSpecVersion(Version.newBuilder().setIndex(1))
            .build();

    @BeforeEach
    void aNode() {
        swarm.node("n1");
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("nothing", false, spec -> {}),
                change("labels", false, spec -> spec.getAnnotationsBuilder().putLabels("a", "b")),
                change("replicas", false, spec -> spec.getReplicatedBuilder().setReplicas(9)),
                change("update", false, spec -> spec.getUpdateBuilder().setParallelism(9)),
                change("image", true, spec -> spec.getTaskBuilder()
                        .getContainerBuilder()
                        .setImage("v2")),
                change("environment", true, spec -> spec.getTaskBuilder()
                        .getContainerBuilder()
                        .addEnv("A=b")),
                change("force", true, spec -> spec.getTaskBuilder().setForceUpdate(1)),
                change("limits", true, spec -> spec.getTaskBuilder()
                        .getResourcesBuilder()
                        .getLimitsBuilder()
                        .setNanoCpus(1)),
                change("restart", true, spec -> spec.getTaskBuilder()
                        .getRestartBuilder()
                        .setMaxAttempts(3)),
                change("ports", true, spec -> spec.getEndpointBuilder()
                        .addPorts(PortConfig.newBuilder().setTargetPort(80))),
                change("constraint that is met", false, spec -> spec.getTaskBuilder()
                        .getPlacementBuilder()
                        .addConstraints("node.hostname==n1")),
                change("constraint that is not met", true, spec -> spec.getTaskBuilder()
                        .getPlacementBuilder()
                        .addConstraints("node.hostname==n2")),
                change("constraint that is met, and image", true, spec -> {
                    spec.getTaskBuilder().getPlacementBuilder().addConstraints("node.hostname==n1");
                    spec.getTaskBuilder().getContainerBuilder().setImage("v2");
                }));
    }

    private static Arguments change(String name, boolean outdated, Consumer<ServiceSpec.Builder> change) {
        return Arguments.of(name, outdated, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void tasksAreOutdatedByWhatConcernsThem(String name, boolean outdated, Consumer<ServiceSpec.Builder> change) {
        assertThat(test(task(TaskState.RUNNING), changed(change, 2))).isEqualTo(outdated);
    }

    @ParameterizedTest
    @CsvSource({"NEW, true", "ASSIGNED, true", "PREPARING, true", "READY, false", "STARTING, false", "RUNNING, false"})
    void howToPullMattersUntilItIsPulled(TaskState state, boolean outdated) {
        Service changed = changed(
                spec -> spec.getTaskBuilder()
                        .getContainerBuilder()
                        .getPullOptionsBuilder()
                        .setRegistryAuth("x"),
                2);

        assertThat(test(task(state), changed)).isEqualTo(outdated);
    }

    @Test
    void anEqualVersionMeansAnEqualSpecification() {
        Service changed =
                changed(spec -> spec.getTaskBuilder().getContainerBuilder().setImage("v2"), 1);

        assertThat(test(task(TaskState.RUNNING), changed)).isFalse();
    }

    @Test
    void aConstraintIsNotMetByANodeThatIsGone() {
        Service changed =
                changed(spec -> spec.getTaskBuilder().getPlacementBuilder().addConstraints("node.hostname==n1"), 2);

        assertThat(test(task(TaskState.RUNNING).toBuilder().setNodeId("gone").build(), changed))
                .isTrue();
    }

    private boolean test(Task task, Service changed) {
        return Outdated.test(task, changed, swarm.store.view());
    }

    private Service changed(Consumer<ServiceSpec.Builder> change, long version) {
        ServiceSpec.Builder spec = service.getSpec().toBuilder();
        change.accept(spec);
        return service.toBuilder()
                .setSpec(spec)
                .setSpecVersion(Version.newBuilder().setIndex(version))
                .build();
    }

    private Task task(TaskState state) {
        return Task.newBuilder()
                .setId("t")
                .setServiceId("web")
                .setSlot(1)
                .setNodeId("n1")
                .setSpec(service.getSpec().getTask())
                .setSpecVersion(service.getSpecVersion())
                .setStatus(TaskStatus.newBuilder().setState(state))
                .build();
    }

    @Test
    void tasksAreSortedByAgeWithThoseThatAreWantedLast() {
        List<Task> tasks = Stream.of(
                        aged("a", 30, TaskState.RUNNING),
                        aged("b", 40, TaskState.SHUTDOWN),
                        aged("c", 10, TaskState.RUNNING),
                        aged("d", 20, TaskState.SHUTDOWN))
                .sorted(TaskStates.OLDEST_FIRST)
                .toList();

        assertThat(tasks).extracting(Task::getId).containsExactly("d", "b", "c", "a");
    }

    private static Task aged(String id, long second, TaskState desired) {
        return Task.newBuilder()
                .setId(id)
                .setMeta(Meta.newBuilder().setCreatedAt(Times.timestamp(Instant.ofEpochSecond(second))))
                .setDesiredState(desired)
                .build();
    }
}
