package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skep.allocator.Allocator;
import org.skep.api.node.SwarmMembership;
import org.skep.orchestrator.Orchestrator;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateStatus.UpdateState;
import org.skep.protocol.Version;
import org.skep.scheduler.Scheduler;
import org.skep.store.Kind;
import org.skep.store.loop.Loops;
import org.skep.store.loop.ThreadLoops;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** The leader's rooms together: from a service to tasks that a worker runs. */
class PipelineTest {

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private FakeWorker worker;

    @AfterEach
    void closeStore() {
        store.close();
    }

    private void start(Loops on) {
        store.write(tx -> tx.create(Node.newBuilder().setId("n1").build()));
        lead(on);
    }

    private void lead(Loops on) {
        new Orchestrator(store, on);
        new Allocator(store, on);
        new Scheduler(store, on);
        LeaderDispatcher dispatcher = new LeaderDispatcher(store, on, new SwarmMembership("n1", "cluster"));
        worker = new FakeWorker(dispatcher, "n1").obedient();
        loops.settle();
    }

    private static ServiceSpec.Builder spec(int replicas) {
        return ServiceSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName("web"))
                .setTask(TaskSpec.newBuilder()
                        .setContainer(ContainerSpec.newBuilder().setImage("v1")))
                .setReplicated(ReplicatedService.newBuilder().setReplicas(replicas));
    }

    private void create(ServiceSpec.Builder spec) {
        store.write(tx -> tx.create(Service.newBuilder()
                .setId("web")
                .setSpec(spec)
                .setSpecVersion(Version.newBuilder().setIndex(1))
                .build()));
        loops.settle();
    }

    private void change(ServiceSpec.Builder spec) {
        store.write(tx -> tx.update(service().toBuilder()
                .setSpec(spec)
                .setSpecVersion(service().getMeta().getVersion())
                .clearUpdateStatus()
                .build()));
        loops.settle();
    }

    @Test
    void tenReplicasAreRunningAfterAHandfulOfEntries() {
        start(loops);
        long before = store.entries();
        create(spec(10));

        assertThat(inState(TaskState.RUNNING)).isEqualTo(10);
        assertThat(store.entries() - before).isLessThan(10);
    }

    @Test
    void aFixedHostPortMovesFromTheOldTaskToTheNew() {
        start(loops);
        ServiceSpec.Builder spec = spec(1).setEndpoint(EndpointSpec.newBuilder()
                .addPorts(PortConfig.newBuilder()
                        .setTargetPort(80)
                        .setPublishedPort(8080)
                        .setPublishMode(PublishMode.HOST)));
        create(spec);
        change(spec.setTask(spec.getTask().toBuilder().setForceUpdate(1)));
        loops.advance(Duration.ofSeconds(10));

        assertThat(inState(TaskState.RUNNING)).isEqualTo(1);
        assertThat(inState(TaskState.SHUTDOWN)).isEqualTo(1);
        assertThat(service().getUpdateStatus().getState()).isEqualTo(UpdateState.COMPLETED);
    }

    @Test
    void drainingTheOnlyNodeLeavesTasksWaitingWithTheReason() {
        start(loops);
        create(spec(2));
        store.write(tx -> tx.update(tx.nodes().get("n1").orElseThrow().toBuilder()
                .setSpec(NodeSpec.newBuilder().setAvailability(Availability.DRAIN))
                .build()));
        loops.settle();
        assertThat(inState(TaskState.SHUTDOWN)).isEqualTo(2);
        assertThat(tasks().stream().filter(t -> t.getStatus().getState() == TaskState.PENDING))
                .hasSize(2)
                .allMatch(t -> t.getStatus().getErr().equals("no suitable node (1 node not available for new tasks)"));

        store.write(tx -> tx.update(
                tx.nodes().get("n1").orElseThrow().toBuilder().clearSpec().build()));
        loops.advance(Duration.ofSeconds(1));
        assertThat(inState(TaskState.RUNNING)).isEqualTo(2);
    }

    @Test
    void removingAServiceLeavesNothing() {
        start(loops);
        create(spec(3));
        store.write(tx -> tx.delete(Kind.SERVICE, "web"));
        loops.advance(Duration.ofSeconds(1));

        assertThat(tasks()).isEmpty();
        assertThat(worker.tasks()).isEmpty();
    }

    @Test
    void aRestartOfTheDaemonTouchesNoRunningTask() {
        start(loops);
        create(spec(3));
        List<String> before = tasks().stream().map(Task::getId).toList();
        ManualLoops later = new ManualLoops();
        lead(later);
        later.settle();
        later.advance(Duration.ofMinutes(2));

        assertThat(tasks()).extracting(Task::getId).containsExactlyInAnyOrderElementsOf(before);
        assertThat(inState(TaskState.RUNNING)).isEqualTo(3);
        assertThat(worker.tasks()).containsOnlyKeys(before);
    }

    @Test
    void threadsDoAsWell() throws InterruptedException {
        start(new ThreadLoops());
        store.write(tx ->
                tx.create(Service.newBuilder().setId("web").setSpec(spec(500)).build()));

        store.await(view -> view.tasks().ofService("web").stream()
                        .filter(task -> task.getStatus().getState() == TaskState.RUNNING)
                        .count()
                == 500);
        store.write(tx -> tx.delete(Kind.SERVICE, "web"));
        store.await(view -> view.tasks().size() == 0);
    }

    private long inState(TaskState state) {
        return tasks().stream()
                .filter(task -> task.getStatus().getState() == state)
                .count();
    }

    private List<Task> tasks() {
        return List.copyOf(store.view().tasks().all());
    }

    private Service service() {
        return store.view().services().get("web").orElseThrow();
    }
}
