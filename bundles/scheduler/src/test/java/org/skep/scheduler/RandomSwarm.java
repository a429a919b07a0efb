package org.skep.scheduler;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.skep.protocol.Annotations;
import org.skep.protocol.DiscreteGenericResource;
import org.skep.protocol.GenericResource;
import org.skep.protocol.NamedGenericResource;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.protocol.Version;
import org.skep.store.Kind;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.StoreLoop;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** A small swarm in which things happen as numbers say: nodes come, change and go, tasks are wanted, end and go. */
final class RandomSwarm {

    private static final int NODES = 6;

    /** What services ask for, one kind each. */
    private static final List<UnaryOperator<Task.Builder>> SERVICES = List.of(
            task -> task,
            SwarmFixture.reserving(1, 30),
            SwarmFixture.placed(
                    placement -> placement.addConstraints("node.labels.zone==a").setMaxReplicas(2)),
            SwarmFixture.hostPort(80, PortConfig.Protocol.TCP),
            RandomSwarm::wantingOneGpu,
            SwarmFixture.both(SwarmFixture.strategy("binpack"), SwarmFixture.reserving(1, 10)),
            SwarmFixture.both(SwarmFixture.spreadOver("node.labels.zone"), SwarmFixture.reserving(0, 20)),
            task -> task.clearServiceId().clearSpecVersion(),
            task -> task.setNodeId("n" + task.getId().length() % NODES).setSlot(0));

    final ManualLoops loops = new ManualLoops();
    final TestStore store = new TestStore(loops.clock());
    final Scheduling scheduling = new Scheduling(store, new Strategies());
    private int number;

    RandomSwarm() {
        store.write(tx -> IntStream.range(0, SERVICES.size())
                .forEach(service -> tx.create(Service.newBuilder()
                        .setId("s" + service)
                        .setSpecVersion(Version.newBuilder().setIndex(1))
                        .setSpec(ServiceSpec.newBuilder()
                                .setAnnotations(Annotations.newBuilder().setName("s" + service))
                                .setReplicated(ReplicatedService.getDefaultInstance()))
                        .build())));
        new StoreLoop(loops.open("scheduler"), store, EnumSet.of(Kind.NODE, Kind.TASK, Kind.VOLUME), scheduling);
        loops.settle();
    }

    View view() {
        return store.view();
    }

    /** A ready node is there. */
    void join(String id) {
        store.write(tx -> tx.create(Node.newBuilder()
                .setId(id)
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY))
                .build()));
        loops.settle();
    }

    /** So many plain tasks of the service are wanted. */
    List<Task> want(int service, int count) {
        List<Task> tasks = IntStream.range(0, count)
                .mapToObj(i -> SwarmFixture.pendingTask("s" + service, "t" + number)
                        .setSlot(number++)
                        .build())
                .toList();
        store.write(tx -> tasks.forEach(tx::create));
        return tasks;
    }

    /** The task is elsewhere, and has of that node what it needs. */
    void move(Task task, Node node) {
        NodeInfo info = NodeIndex.of(view()).get(node.getId()).orElseThrow();
        store.write(tx -> tx.update(task.toBuilder()
                .setNodeId(node.getId())
                .clearAssignedGenericResources()
                .addAllAssignedGenericResources(info.choose(
                        task.getSpec().getResources().getReservations().getGenericList()))
                .build()));
        loops.settle();
    }

    /** All tasks that have a node run. */
    void start() {
        store.write(
                tx -> tx.tasks().all().stream().filter(NodeInfo::holdsResources).forEach(task -> {
                    Task.Builder running = task.toBuilder();
                    running.getStatusBuilder().setState(TaskState.RUNNING);
                    tx.update(running.build());
                }));
        loops.settle();
    }

    /** @param number which action, on what, and how; with all the rest that these leave it says so, too */
    void act(int number) {
        int what = number / 10;
        store.write(tx -> {
            switch (number % 10) {
                case 0, 1 -> put(tx, what);
                case 2 -> put(tx, what, state(what / NODES));
                case 3 -> remove(tx, what);
                case 4, 5, 6 -> want(tx, what);
                case 7 -> change(tx, what, task -> NodeInfo.holdsResources(task), this::end);
                case 8 -> change(tx, what, NodeInfo::active, task -> task.setDesiredState(TaskState.SHUTDOWN));
                default -> forget(tx, what);
            }
        });
    }

    private static void put(Transaction tx, int what) {
        int how = what / NODES;
        put(tx, what, node -> {
            node.getStatusBuilder().setState(NodeStatus.State.READY);
            node.getSpecBuilder().getAnnotationsBuilder().putLabels("zone", how % 2 == 0 ? "a" : "b");
            node.getDescriptionBuilder()
                    .getResourcesBuilder()
                    .setNanoCpus((1 + how % 4) * 1_000_000_000L)
                    .setMemoryBytes(50 + how % 3 * 50)
                    .clearGeneric();
            for (int gpu = 0; gpu < how % 3; gpu++) {
                node.getDescriptionBuilder().getResourcesBuilder().addGeneric(gpu("gpu" + gpu));
            }
            return node;
        });
    }

    private static void put(Transaction tx, int what, UnaryOperator<Node.Builder> change) {
        String id = "n" + what % NODES;
        tx.nodes()
                .get(id)
                .ifPresentOrElse(
                        node -> tx.update(change.apply(node.toBuilder()).build()),
                        () -> tx.create(
                                change.apply(Node.newBuilder().setId(id)).build()));
    }

    private static UnaryOperator<Node.Builder> state(int how) {
        return node -> {
            node.getStatusBuilder().setState(how % 3 == 0 ? NodeStatus.State.DOWN : NodeStatus.State.READY);
            node.getSpecBuilder().setAvailability(how % 3 == 1 ? Availability.PAUSE : Availability.ACTIVE);
            return node;
        };
    }

    private static void remove(Transaction tx, int what) {
        tx.delete(Kind.NODE, "n" + what % NODES);
    }

    private void want(Transaction tx, int what) {
        int service = what % SERVICES.size();
        for (int i = 0; i < 1 + what / SERVICES.size() % 4; i++) {
            String id = "t" + "x".repeat(number % NODES) + number++;
            Task.Builder task = SwarmFixture.pendingTask("s" + service, id).setSlot(number);
            tx.create(SERVICES.get(service).apply(task).build());
        }
    }

    private static void change(Transaction tx, int what, Predicate<Task> which, UnaryOperator<Task.Builder> change) {
        List<Task> some = tx.tasks().all().stream().filter(which).toList();
        if (!some.isEmpty()) {
            Task task = some.get(what % some.size());
            tx.update(change.apply(task.toBuilder()).build());
        }
    }

    private Task.Builder end(Task.Builder task) {
        task.getStatusBuilder().setState(TaskState.FAILED).setTimestamp(Times.timestamp(loops.now()));
        return task;
    }

    private static void forget(Transaction tx, int what) {
        List<Task> all = new ArrayList<>(tx.tasks().all());
        if (!all.isEmpty()) {
            tx.delete(Kind.TASK, all.get(what % all.size()).getId());
        }
    }

    private static Task.Builder wantingOneGpu(Task.Builder task) {
        task.getSpecBuilder()
                .getResourcesBuilder()
                .getReservationsBuilder()
                .addGeneric(GenericResource.newBuilder()
                        .setDiscreteResourceSpec(DiscreteGenericResource.newBuilder()
                                .setKind("gpu")
                                .setValue(1)));
        return task;
    }

    private static GenericResource gpu(String name) {
        return GenericResource.newBuilder()
                .setNamedResourceSpec(
                        NamedGenericResource.newBuilder().setKind("gpu").setValue(name))
                .build();
    }
}
