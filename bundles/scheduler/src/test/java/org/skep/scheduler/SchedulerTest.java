package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.Endpoint;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.Mount;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Placement;
import org.skep.protocol.Platform;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Version;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.store.Kind;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

class SchedulerTest {

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private int number;

    @BeforeEach
    void start() {
        new Scheduler(store, loops);
        loops.settle();
    }

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

    @ParameterizedTest
    @CsvSource({"PAUSE, READY", "DRAIN, READY", "ACTIVE, DOWN", "ACTIVE, UNKNOWN", "ACTIVE, DISCONNECTED"})
    void nodesThatTakeNothingAreWaitedFor(Availability availability, NodeStatus.State state) {
        node("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(availability))
                .setStatus(NodeStatus.newBuilder().setState(state)));
        String id = task("web", task -> task);
        assertThat(status(id).getState()).isEqualTo(TaskState.PENDING);
        assertThat(status(id).getErr()).isEqualTo("no suitable node (1 node not available for new tasks)");

        change("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(Availability.ACTIVE))
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY)));
        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void everyReasonIsCountedTheMostFrequentFirst() {
        node("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(Availability.DRAIN)));
        node("n2");
        node("n3");
        String id = task("web", constrained("node.labels.zone==east"));

        assertThat(status(id).getErr())
                .isEqualTo("no suitable node (scheduling constraints not satisfied on 2 nodes;"
                        + " 1 node not available for new tasks)");
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
    void aConstraintIsMetOnceALabelIsSet() {
        node("n1");
        node("n2");
        String id = task("web", constrained("node.labels.zone==east"));
        change(
                "n2",
                node -> node.setSpec(NodeSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().putLabels("zone", "east"))));

        assertThat(find(id).getNodeId()).isEqualTo("n2");
    }

    @Test
    void aWrongConstraintIsTold() {
        node("n1");

        assertThat(status(task("web", constrained("nonsense"))).getErr()).startsWith("invalid constraint 'nonsense'");
    }

    @Test
    void reservationsLimitWhatFitsAndLimitsDoNot() {
        node("n1", resources(4, 1 << 30));
        tasks("web", 3, reserving(2, 0));
        assertThat(on("n1", "web")).isEqualTo(2);
        String waiting = pending();
        assertThat(status(waiting).getErr()).isEqualTo("no suitable node (insufficient resources on 1 node)");

        String first = assigned();
        report(first, TaskState.FAILED);
        assertThat(status(waiting).getState()).isEqualTo(TaskState.ASSIGNED);

        String limited = task(
                "limited",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setResources(ResourceRequirements.newBuilder()
                                .setLimits(Resources.newBuilder().setNanoCpus(64_000_000_000L)))));
        assertThat(status(limited).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void memoryIsReservedAsWell() {
        node("n1", resources(4, 100));
        tasks("web", 2, reserving(0, 60));

        assertThat(on("n1", "web")).isEqualTo(1);
    }

    @Test
    void aNodeThatGrowsTakesMore() {
        node("n1", resources(1, 100));
        String id = task("web", reserving(2, 0));
        change("n1", resources(2, 100));

        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void deletingATaskMakesRoom() {
        node("n1", resources(1, 100));
        String first = task("web", reserving(1, 0));
        String second = task("web", reserving(1, 0));
        assertThat(status(second).getState()).isEqualTo(TaskState.PENDING);
        store.write(tx -> tx.delete(Kind.TASK, first));
        loops.settle();

        assertThat(status(second).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aHostPortIsTakenOncePerNodeAndProtocol() {
        node("n1");
        node("n2");
        tasks("web", 3, hostPort(8080, PortConfig.Protocol.TCP));
        assertThat(on("n1", "web")).isEqualTo(1);
        assertThat(on("n2", "web")).isEqualTo(1);
        assertThat(status(pending()).getErr()).isEqualTo("no suitable node (host-mode port already in use on 2 nodes)");

        assertThat(status(task("dns", hostPort(8080, PortConfig.Protocol.UDP))).getState())
                .isEqualTo(TaskState.ASSIGNED);
        String waiting = pending();
        report(assigned("web"), TaskState.SHUTDOWN);
        assertThat(status(waiting).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void replicasPerNodeAreLimited() {
        node("n1");
        tasks(
                "web",
                3,
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setPlacement(Placement.newBuilder().setMaxReplicas(2))));

        assertThat(on("n1", "web")).isEqualTo(2);
        assertThat(status(pending()).getErr())
                .isEqualTo("no suitable node (max replicas per node limit exceeded on 1 node)");
    }

    @ParameterizedTest
    @CsvSource({
        "linux, amd64, true",
        "linux, x86_64, true",
        "'', amd64, true",
        "linux, '', true",
        "'', '', true",
        "linux, arm64, false",
        "windows, amd64, false"
    })
    void thePlatformHasToMatch(String os, String architecture, boolean fits) {
        node(
                "n1",
                node -> node.setDescription(node.getDescription().toBuilder()
                        .setPlatform(Platform.newBuilder().setOs("linux").setArchitecture("x86_64"))));
        String id = task(
                "web",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setPlacement(Placement.newBuilder()
                                .addPlatforms(Platform.newBuilder().setOs(os).setArchitecture(architecture)))));

        assertThat(status(id).getState()).isEqualTo(fits ? TaskState.ASSIGNED : TaskState.PENDING);
        if (!fits) {
            assertThat(status(id).getErr()).isEqualTo("no suitable node (unsupported platform on 1 node)");
        }
    }

    @Test
    void aTaskWaitsForItsVolumeDriver() {
        node("n1");
        store.write(tx -> tx.create(Volume.newBuilder()
                .setId("v")
                .setSpec(VolumeSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("data"))
                        .setDriver(Driver.newBuilder().setName("nfs")))
                .build()));
        String id = task("web", mounting("data"));
        assertThat(status(id).getErr()).isEqualTo("no suitable node (missing volume driver nfs on 1 node)");
        assertThat(status(task("local", mounting("unknown"))).getState()).isEqualTo(TaskState.ASSIGNED);

        change("n1", node -> node.setDescription(plugin("Volume", "nfs")));
        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aTaskWaitsForItsNetworkDriver() {
        node("n1");
        String id = task(
                "web",
                task -> task.addNetworks(NetworkAttachment.newBuilder()
                        .setNetwork(Network.newBuilder()
                                .setDriverState(Driver.newBuilder().setName("bridge")))));
        assertThat(status(id).getErr()).isEqualTo("no suitable node (missing network driver bridge on 1 node)");

        change("n1", node -> node.setDescription(plugin("Network", "bridge")));
        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void logDriversCountWhereNodesListThem() {
        node("n1");
        UnaryOperator<Task.Builder> logging =
                task -> task.setLogDriver(Driver.newBuilder().setName("syslog"));
        assertThat(status(task("a", logging)).getState()).isEqualTo(TaskState.ASSIGNED);

        change("n1", node -> node.setDescription(plugin("Log", "journald")));
        assertThat(status(task("b", logging)).getErr())
                .isEqualTo("no suitable node (missing log driver syslog on 1 node)");
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

    private void node(String id) {
        node(id, node -> node);
    }

    private void node(String id, UnaryOperator<Node.Builder> more) {
        store.write(tx -> tx.create(more.apply(Node.newBuilder()
                        .setId(id)
                        .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY)))
                .build()));
        loops.settle();
    }

    private void change(String id, UnaryOperator<Node.Builder> change) {
        store.write(tx -> tx.update(
                change.apply(tx.nodes().get(id).orElseThrow().toBuilder()).build()));
        loops.settle();
    }

    private static Task.Builder pendingTask(String service, String id) {
        return Task.newBuilder()
                .setId(id)
                .setServiceId(service)
                .setSlot(1)
                .setSpecVersion(Version.newBuilder().setIndex(1))
                .setDesiredState(TaskState.RUNNING)
                .setStatus(TaskStatus.newBuilder().setState(TaskState.PENDING));
    }

    private String task(String service, UnaryOperator<Task.Builder> more) {
        String id = service + "-" + number++;
        store.write(tx -> tx.create(more.apply(pendingTask(service, id)).build()));
        loops.settle();
        return id;
    }

    private void tasks(String service, int count, UnaryOperator<Task.Builder> more) {
        store.write(tx -> {
            for (int i = 0; i < count; i++) {
                tx.create(more.apply(pendingTask(service, service + "-" + number++))
                        .build());
            }
        });
        loops.settle();
    }

    private static UnaryOperator<Task.Builder> constrained(String constraint) {
        return task -> task.setSpec(
                TaskSpec.newBuilder().setPlacement(Placement.newBuilder().addConstraints(constraint)));
    }

    private static UnaryOperator<Task.Builder> reserving(int cpus, long memory) {
        return task -> task.setSpec(TaskSpec.newBuilder()
                .setResources(ResourceRequirements.newBuilder()
                        .setReservations(Resources.newBuilder()
                                .setNanoCpus(cpus * 1_000_000_000L)
                                .setMemoryBytes(memory))));
    }

    private static UnaryOperator<Task.Builder> mounting(String volume) {
        return task -> task.setSpec(TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder()
                        .addMounts(Mount.newBuilder().setType(Mount.Type.VOLUME).setSource(volume))));
    }

    private static UnaryOperator<Task.Builder> hostPort(int port, PortConfig.Protocol protocol) {
        return task -> task.setEndpoint(Endpoint.newBuilder()
                .addPorts(PortConfig.newBuilder()
                        .setPublishedPort(port)
                        .setProtocol(protocol)
                        .setPublishMode(PublishMode.HOST)));
    }

    private static UnaryOperator<Node.Builder> resources(int cpus, long memory) {
        return node -> node.setDescription(node.getDescription().toBuilder()
                .setResources(Resources.newBuilder()
                        .setNanoCpus(cpus * 1_000_000_000L)
                        .setMemoryBytes(memory)));
    }

    private static NodeDescription plugin(String type, String name) {
        return NodeDescription.newBuilder()
                .setEngine(EngineDescription.newBuilder()
                        .addPlugins(PluginDescription.newBuilder().setType(type).setName(name)))
                .build();
    }

    private void report(String id, TaskState state) {
        store.write(tx -> tx.update(find(id).toBuilder()
                .setStatus(TaskStatus.newBuilder()
                        .setState(state)
                        .setTimestamp(
                                Timestamp.newBuilder().setSeconds(loops.now().getEpochSecond())))
                .build()));
        loops.settle();
    }

    private void unwant(String id) {
        store.write(tx -> tx.update(
                find(id).toBuilder().setDesiredState(TaskState.SHUTDOWN).build()));
        loops.settle();
    }

    private long on(String node, String service) {
        return store.view().tasks().onNode(node).stream()
                .filter(task -> task.getServiceId().equals(service))
                .count();
    }

    private String pending() {
        return inState(TaskState.PENDING, "");
    }

    private String assigned() {
        return assigned("");
    }

    private String assigned(String service) {
        return inState(TaskState.ASSIGNED, service);
    }

    private String inState(TaskState state, String service) {
        return store.view().tasks().all().stream()
                .filter(task -> task.getStatus().getState() == state
                        && task.getServiceId().startsWith(service))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    private Task find(String id) {
        return store.view().tasks().get(id).orElseThrow();
    }

    private TaskStatus status(String id) {
        return find(id).getStatus();
    }
}
