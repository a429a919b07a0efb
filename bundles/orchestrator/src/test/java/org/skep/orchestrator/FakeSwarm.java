package org.skep.orchestrator;

import com.google.protobuf.Duration;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.skep.protocol.Annotations;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.GlobalService;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.OrchestrationConfig;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Resources;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.Version;
import org.skep.store.Kind;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** The orchestrator with a store; what the other rooms and the nodes would do to tasks is done here, at once. */
final class FakeSwarm {

    final ManualLoops loops = new ManualLoops();
    final TestStore store = new TestStore(new TickingClock(loops.clock()));
    private final Map<String, TaskState> fates = new HashMap<>();
    private long lastSlot = Long.MAX_VALUE;
    private boolean nodesStopTasks = true;
    private Orchestrator orchestrator;

    FakeSwarm start() {
        orchestrator = new Orchestrator(store, loops);
        settle();
        return this;
    }

    /** A new leader takes over. */
    FakeSwarm failOver() {
        orchestrator.close();
        return start();
    }

    /** Nobody leads. */
    void vacancy() {
        orchestrator.close();
    }

    void limitHistory(long limit) {
        store.write(tx -> tx.create(Cluster.newBuilder()
                .setId("c")
                .setSpec(ClusterSpec.newBuilder()
                        .setOrchestration(OrchestrationConfig.newBuilder().setTaskHistoryRetentionLimit(limit)))
                .build()));
        settle();
    }

    /** Tasks of higher slots find no node. */
    void noRoomBeyond(long slot) {
        lastSlot = slot;
    }

    /** Tasks of this image end in this state instead of running. */
    void fate(String image, TaskState state) {
        fates.put(image, state);
    }

    /** From now on, nodes leave tasks running that are to be stopped. */
    void nodesIgnoreStops() {
        nodesStopTasks = false;
    }

    void nodesHonourStops() {
        nodesStopTasks = true;
        settle();
    }

    void node(String id) {
        node(id, node -> node);
    }

    void node(String id, UnaryOperator<Node.Builder> more) {
        Node.Builder node = Node.newBuilder()
                .setId(id)
                .setSpec(NodeSpec.newBuilder().setAvailability(Availability.ACTIVE))
                .setDescription(NodeDescription.newBuilder()
                        .setHostname(id)
                        .setResources(Resources.newBuilder()
                                .setNanoCpus(4_000_000_000L)
                                .setMemoryBytes(1L << 32)))
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY));
        store.write(tx -> tx.create(more.apply(node).build()));
        settle();
    }

    void changeNode(String id, UnaryOperator<Node.Builder> change) {
        store.write(tx -> tx.update(
                change.apply(tx.nodes().get(id).orElseThrow().toBuilder()).build()));
        settle();
    }

    void drain(String id) {
        changeNode(id, node -> node.setSpec(node.getSpec().toBuilder().setAvailability(Availability.DRAIN)));
    }

    void down(String id) {
        changeNode(id, node -> node.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN)));
    }

    /** A specification with a delay of one second before restarts. */
    static ServiceSpec.Builder spec(String name, String image) {
        return ServiceSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName(name))
                .setTask(TaskSpec.newBuilder()
                        .setContainer(ContainerSpec.newBuilder().setImage(image))
                        .setRestart(RestartPolicy.newBuilder()
                                .setCondition(RestartCondition.ANY)
                                .setDelay(seconds(1))));
    }

    static ServiceSpec.Builder replicated(String name, int replicas) {
        return spec(name, "v1").setReplicated(ReplicatedService.newBuilder().setReplicas(replicas));
    }

    static ServiceSpec.Builder global(String name) {
        return spec(name, "v1").setGlobal(GlobalService.getDefaultInstance());
    }

    static Duration seconds(int seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    /** Creates a service whose ID is its name. */
    void create(ServiceSpec.Builder spec) {
        store.write(tx -> tx.create(Service.newBuilder()
                .setId(spec.getAnnotations().getName())
                .setSpec(spec)
                .setSpecVersion(Version.newBuilder().setIndex(1))
                .build()));
        settle();
    }

    /** Changes a service's specification as control does. */
    void change(String service, UnaryOperator<ServiceSpec.Builder> change) {
        store.write(tx -> {
            Service before = tx.services().get(service).orElseThrow();
            tx.update(before.toBuilder()
                    .setSpec(change.apply(before.getSpec().toBuilder()))
                    .setSpecVersion(Version.newBuilder()
                            .setIndex(before.getMeta().getVersion().getIndex() + 1000))
                    .setPreviousSpec(before.getSpec())
                    .setPreviousSpecVersion(before.getSpecVersion())
                    .clearUpdateStatus()
                    .build());
        });
        settle();
    }

    /** Has a job done once more, as control does. */
    void runAgain(String job) {
        store.write(tx -> {
            Service.Builder service = tx.services().get(job).orElseThrow().toBuilder();
            service.getJobStatusBuilder()
                    .getJobIterationBuilder()
                    .setIndex(service.getJobStatus().getJobIteration().getIndex() + 1);
            tx.update(service.build());
        });
        settle();
    }

    void scale(String service, int replicas) {
        change(
                service,
                spec -> spec.setReplicated(ReplicatedService.newBuilder().setReplicas(replicas)));
    }

    void image(String service, String image) {
        change(
                service,
                spec -> spec.setTask(spec.getTask().toBuilder()
                        .setContainer(ContainerSpec.newBuilder().setImage(image))));
    }

    void remove(String service) {
        store.write(tx -> tx.delete(Kind.SERVICE, service));
        settle();
    }

    Service service(String id) {
        return store.view().services().get(id).orElseThrow();
    }

    /** All tasks of a service, by slot and age. */
    List<Task> tasks(String service) {
        return store.view().tasks().ofService(service).stream()
                .sorted(Comparator.comparingLong(Task::getSlot)
                        .thenComparing(task -> task.getSlot() == 0 ? task.getNodeId() : "")
                        .thenComparing(TaskStates.OLDEST_FIRST))
                .toList();
    }

    List<Task> running(String service) {
        return tasks(service).stream().filter(TaskStates::running).toList();
    }

    List<Task> wanted(String service) {
        return tasks(service).stream().filter(TaskStates::wanted).toList();
    }

    List<String> images(String service) {
        return running(service).stream()
                .map(task -> task.getSpec().getContainer().getImage())
                .toList();
    }

    List<Long> slots(List<Task> tasks) {
        return tasks.stream().map(Task::getSlot).toList();
    }

    void end(Task task, TaskState state) {
        report(task.getId(), state);
        settle();
    }

    private void report(String id, TaskState state) {
        store.write(tx -> tx.tasks().get(id).ifPresent(task -> {
            TaskStatus.Builder status = task.getStatus().toBuilder()
                    .setState(state)
                    .setTimestamp(Times.timestamp(loops.now()))
                    .setAppliedAt(Times.timestamp(loops.now()));
            if (state == TaskState.RUNNING) {
                status.setRunningSince(Times.timestamp(loops.now()));
            }
            tx.update(task.toBuilder().setStatus(status).build());
        }));
    }

    void advance(java.time.Duration duration) {
        for (long ms = 0; ms < duration.toMillis(); ms += 50) {
            loops.advance(java.time.Duration.ofMillis(50));
            settle();
        }
    }

    /** Runs until nothing moves any more. */
    void settle() {
        do {
            loops.settle();
        } while (moveTasks());
    }

    private boolean moveTasks() {
        boolean moved = false;
        for (Task task : new ArrayList<>(store.view().tasks().all())) {
            moved |= moveTask(task);
        }
        return moved;
    }

    private boolean moveTask(Task task) {
        boolean fresh = task.getStatus().getState().getNumber() < TaskState.ASSIGNED_VALUE;
        if (TaskStates.wanted(task) && fresh) {
            return assign(task);
        }
        if (fresh || TaskStates.ended(task) || down(task)) {
            return false;
        }
        if (!TaskStates.wanted(task)) {
            if (nodesStopTasks) {
                report(task.getId(), TaskState.SHUTDOWN);
            }
            return nodesStopTasks;
        }
        boolean called = task.getDesiredState().getNumber() >= TaskState.RUNNING_VALUE;
        TaskState fate = fates.getOrDefault(task.getSpec().getContainer().getImage(), TaskState.RUNNING);
        if (!called || TaskStates.running(task) || task.getStatus().getState() == fate) {
            return false;
        }
        report(task.getId(), fate);
        return true;
    }

    private boolean down(Task task) {
        return TaskStates.nodeLost(task, store.view());
    }

    /** No two objects are created at the same moment. */
    private static final class TickingClock extends Clock {

        private final Clock clock;
        private long ticks;

        TickingClock(Clock clock) {
            this.clock = clock;
        }

        @Override
        public ZoneId getZone() {
            return clock.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return clock.instant().plusNanos(++ticks);
        }
    }

    /** To the node with the fewest tasks. */
    private boolean assign(Task task) {
        var node = store.view().nodes().all().stream()
                .filter(candidate ->
                        task.getNodeId().isEmpty() || task.getNodeId().equals(candidate.getId()))
                .filter(candidate -> candidate.getSpec().getAvailability() == Availability.ACTIVE
                        && candidate.getStatus().getState() == NodeStatus.State.READY
                        && task.getSlot() <= lastSlot)
                .min(Comparator.comparing(this::load).thenComparing(Node::getId));
        node.ifPresent(found -> store.write(tx -> tx.update(task.toBuilder()
                .setNodeId(found.getId())
                .setStatus(task.getStatus().toBuilder().setState(TaskState.ASSIGNED))
                .build())));
        return node.isPresent();
    }

    private long load(Node node) {
        return store.view().tasks().onNode(node.getId()).stream()
                .filter(TaskStates::wanted)
                .count();
    }
}
