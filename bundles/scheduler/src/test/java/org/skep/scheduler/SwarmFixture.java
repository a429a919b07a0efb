package org.skep.scheduler;

import com.google.protobuf.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Endpoint;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.Mount;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Placement;
import org.skep.protocol.PlacementPreference;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;
import org.skep.protocol.SpreadOver;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Version;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** A swarm of objects in memory, with the scheduler at work on them. */
class SwarmFixture {

    final ManualLoops loops = new ManualLoops();
    final TestStore store = new TestStore(loops.clock());
    final Scheduler scheduler = new Scheduler(store, loops);
    private int number;

    final void node(String id) {
        node(id, node -> node);
    }

    final void node(String id, UnaryOperator<Node.Builder> more) {
        store.write(tx -> tx.create(more.apply(Node.newBuilder()
                        .setId(id)
                        .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY)))
                .build()));
        loops.settle();
    }

    final void change(String id, UnaryOperator<Node.Builder> change) {
        store.write(tx -> tx.update(
                change.apply(tx.nodes().get(id).orElseThrow().toBuilder()).build()));
        loops.settle();
    }

    static Task.Builder pendingTask(String service, String id) {
        return Task.newBuilder()
                .setId(id)
                .setServiceId(service)
                .setSlot(1)
                .setSpecVersion(Version.newBuilder().setIndex(1))
                .setDesiredState(TaskState.RUNNING)
                .setStatus(TaskStatus.newBuilder().setState(TaskState.PENDING));
    }

    final String task(String service, UnaryOperator<Task.Builder> more) {
        String id = service + "-" + number++;
        store.write(tx -> tx.create(more.apply(pendingTask(service, id)).build()));
        loops.settle();
        return id;
    }

    final void tasks(String service, int count, UnaryOperator<Task.Builder> more) {
        store.write(tx -> {
            for (int i = 0; i < count; i++) {
                tx.create(more.apply(pendingTask(service, service + "-" + number++))
                        .build());
            }
        });
        loops.settle();
    }

    static UnaryOperator<Task.Builder> constrained(String constraint) {
        return task -> task.setSpec(
                TaskSpec.newBuilder().setPlacement(Placement.newBuilder().addConstraints(constraint)));
    }

    static UnaryOperator<Task.Builder> reserving(int cpus, long memory) {
        return task -> {
            task.getSpecBuilder()
                    .setResources(ResourceRequirements.newBuilder()
                            .setReservations(Resources.newBuilder()
                                    .setNanoCpus(cpus * 1_000_000_000L)
                                    .setMemoryBytes(memory)));
            return task;
        };
    }

    static UnaryOperator<Task.Builder> placed(UnaryOperator<Placement.Builder> placement) {
        return task -> {
            task.getSpecBuilder().setPlacement(placement.apply(Placement.newBuilder()));
            return task;
        };
    }

    static UnaryOperator<Task.Builder> strategy(String name) {
        return placed(placement -> placement.setStrategy(name));
    }

    static UnaryOperator<Task.Builder> spreadOver(String... descriptors) {
        return placed(placement -> {
            for (String descriptor : descriptors) {
                placement.addPreferences(PlacementPreference.newBuilder()
                        .setSpread(SpreadOver.newBuilder().setSpreadDescriptor(descriptor)));
            }
            return placement;
        });
    }

    static UnaryOperator<Node.Builder> labelled(String label, String value) {
        return node -> {
            node.getSpecBuilder().getAnnotationsBuilder().putLabels(label, value);
            return node;
        };
    }

    static <T> UnaryOperator<T> both(UnaryOperator<T> one, UnaryOperator<T> other) {
        return builder -> other.apply(one.apply(builder));
    }

    static UnaryOperator<Task.Builder> mounting(String volume) {
        return task -> task.setSpec(TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder()
                        .addMounts(Mount.newBuilder().setType(Mount.Type.VOLUME).setSource(volume))));
    }

    static UnaryOperator<Task.Builder> hostPort(int port, PortConfig.Protocol protocol) {
        return task -> task.setEndpoint(Endpoint.newBuilder()
                .addPorts(PortConfig.newBuilder()
                        .setPublishedPort(port)
                        .setProtocol(protocol)
                        .setPublishMode(PublishMode.HOST)));
    }

    static UnaryOperator<Node.Builder> resources(int cpus, long memory) {
        return node -> node.setDescription(node.getDescription().toBuilder()
                .setResources(Resources.newBuilder()
                        .setNanoCpus(cpus * 1_000_000_000L)
                        .setMemoryBytes(memory)));
    }

    static NodeDescription plugin(String type, String name) {
        return NodeDescription.newBuilder()
                .setEngine(EngineDescription.newBuilder()
                        .addPlugins(PluginDescription.newBuilder().setType(type).setName(name)))
                .build();
    }

    final void report(String id, TaskState state) {
        store.write(tx -> tx.update(find(id).toBuilder()
                .setStatus(TaskStatus.newBuilder()
                        .setState(state)
                        .setTimestamp(
                                Timestamp.newBuilder().setSeconds(loops.now().getEpochSecond())))
                .build()));
        loops.settle();
    }

    final void unwant(String id) {
        store.write(tx -> tx.update(
                find(id).toBuilder().setDesiredState(TaskState.SHUTDOWN).build()));
        loops.settle();
    }

    final long on(String node, String service) {
        return store.view().tasks().onNode(node).stream()
                .filter(task -> task.getServiceId().equals(service))
                .count();
    }

    /** How many tasks of the service are on each of these nodes. */
    final List<Long> counts(String service, String... nodes) {
        return Arrays.stream(nodes).map(node -> on(node, service)).toList();
    }

    final String pending() {
        return inState(TaskState.PENDING, "");
    }

    final String assigned() {
        return assigned("");
    }

    final String assigned(String service) {
        return inState(TaskState.ASSIGNED, service);
    }

    final String inState(TaskState state, String service) {
        return store.view().tasks().all().stream()
                .filter(task -> task.getStatus().getState() == state
                        && task.getServiceId().startsWith(service))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    final Task find(String id) {
        return store.view().tasks().get(id).orElseThrow();
    }

    final TaskStatus status(String id) {
        return find(id).getStatus();
    }
}
