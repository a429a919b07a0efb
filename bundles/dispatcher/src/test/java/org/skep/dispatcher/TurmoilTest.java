package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.allocator.Allocator;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.orchestrator.Orchestrator;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.GlobalService;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.UpdateStatus.UpdateState;
import org.skep.protocol.Version;
import org.skep.scheduler.Scheduler;
import org.skep.store.Kind;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** Whatever happens, in whatever order: once it is over, every service is as it was asked for. */
class TurmoilTest {

    private static final List<String> NODES = List.of("n1", "n2", "n3");
    private static final List<String> SERVICES = List.of("a", "b", "every");

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private final Map<String, FakeWorker> workers = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private ManualLoops leadersLoops = new ManualLoops();
    private LeaderDispatcher dispatcher;
    private Random random;
    private int image;

    @ParameterizedTest
    @ValueSource(
            longs = {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
            })
    void everythingSettles(long seed) {
        random = new Random(seed);
        store.write(
                tx -> NODES.forEach(id -> tx.create(Node.newBuilder().setId(id).build())));
        lead();
        create(
                "a",
                ServiceSpec.newBuilder()
                        .setReplicated(ReplicatedService.newBuilder().setReplicas(3)));
        create(
                "b",
                ServiceSpec.newBuilder()
                        .setReplicated(ReplicatedService.newBuilder().setReplicas(5)));
        create("every", ServiceSpec.newBuilder().setGlobal(GlobalService.getDefaultInstance()));
        for (int i = 0; i < 60; i++) {
            disturb();
            pass(Duration.ofMillis(random.nextInt(3000)));
            check();
        }
        calm();
        pass(Duration.ofMinutes(3));
        checkSettled();
    }

    /** The loops of former leaders do not run on. */
    private void lead() {
        leadersLoops = new ManualLoops();
        leadersLoops.advance(Duration.between(leadersLoops.now(), loops.now()));
        new Orchestrator(store, leadersLoops);
        new Allocator(store, leadersLoops);
        new Scheduler(store, leadersLoops);
        dispatcher = new LeaderDispatcher(store, leadersLoops, new SwarmMembership("n1", "cluster"));
        NODES.forEach(this::connect);
        leadersLoops.settle();
    }

    private void connect(String node) {
        workers.put(node, new FakeWorker(dispatcher, node).obedient());
    }

    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 100) {
            loops.advance(Duration.ofMillis(Math.min(left, 100)));
            leadersLoops.advance(Duration.ofMillis(Math.min(left, 100)));
        }
    }

    private void disturb() {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> failATask();
            case 3, 4 -> scale();
            case 5, 6 -> update();
            case 7 -> rollBack();
            case 8 -> availability();
            case 9 -> say("new leader", this::lead);
            case 10 ->
                say("disk full", () -> {
                    store.failWrites(SkepException.resource("LOG_UNWRITABLE", "the disk is full", "", null));
                    pass(Duration.ofMillis(random.nextInt(2000)));
                    store.failWrites(null);
                });
            default -> {
                String node = pick(NODES);
                say("reconnect " + node, () -> {
                    workers.get(node).session.close();
                    pass(Duration.ofSeconds(random.nextInt(25)));
                    connect(node);
                });
            }
        }
    }

    private void say(String what, Runnable action) {
        story.add(what);
        action.run();
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private void failATask() {
        List<Task> running = store.view().tasks().all().stream()
                .filter(task -> task.getStatus().getState() == TaskState.RUNNING)
                .toList();
        if (!running.isEmpty()) {
            Task task = pick(running);
            say("fail " + task.getServiceId() + "." + task.getSlot(), () -> workers.get(task.getNodeId())
                    .report(task.getId(), TaskState.FAILED));
        }
    }

    private void scale() {
        int replicas = random.nextInt(7);
        say(
                "scale a to " + replicas,
                () -> change(
                        "a",
                        spec -> spec.setReplicated(
                                ReplicatedService.newBuilder().setReplicas(replicas))));
    }

    private void update() {
        String service = pick(SERVICES);
        UpdateConfig config = UpdateConfig.newBuilder()
                .setParallelism(random.nextInt(3))
                .setOrder(pick(List.of(UpdateOrder.START_FIRST, UpdateOrder.STOP_FIRST)))
                .setFailureAction(pick(List.of(FailureAction.CONTINUE, FailureAction.ROLLBACK, FailureAction.PAUSE)))
                .setDelay(com.google.protobuf.Duration.newBuilder().setSeconds(random.nextInt(3)))
                .build();
        say(
                "update " + service,
                () -> change(service, spec -> spec.setUpdate(config).setTask(task())));
    }

    private TaskSpec.Builder task() {
        return TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage("v" + image++));
    }

    private void rollBack() {
        String id = pick(SERVICES);
        Service service = service(id);
        if (service.hasPreviousSpec()) {
            say(
                    "roll back " + id,
                    () -> store.write(tx -> tx.update(service.toBuilder()
                            .setSpec(service.getPreviousSpec())
                            .setSpecVersion(service.getPreviousSpecVersion())
                            .setPreviousSpec(service.getSpec())
                            .setPreviousSpecVersion(service.getSpecVersion())
                            .setUpdateStatus(UpdateStatus.newBuilder().setState(UpdateState.ROLLBACK_STARTED))
                            .build())));
        }
    }

    private void availability() {
        String node = pick(NODES);
        Availability availability = pick(List.of(Availability.ACTIVE, Availability.DRAIN, Availability.PAUSE));
        say(node + " " + availability, () -> set(node, availability));
    }

    private void set(String node, Availability availability) {
        store.write(tx -> tx.update(tx.nodes().get(node).orElseThrow().toBuilder()
                .setSpec(NodeSpec.newBuilder().setAvailability(availability))
                .build()));
    }

    private void create(String id, ServiceSpec.Builder spec) {
        store.write(tx -> tx.create(Service.newBuilder()
                .setId(id)
                .setSpec(spec.setAnnotations(Annotations.newBuilder().setName(id))
                        .setTask(task()))
                .setSpecVersion(Version.getDefaultInstance())
                .build()));
    }

    private void change(String id, UnaryOperator<ServiceSpec.Builder> change) {
        store.write(tx -> {
            Service service = tx.services().get(id).orElseThrow();
            tx.update(service.toBuilder()
                    .setSpec(change.apply(service.getSpec().toBuilder()))
                    .setSpecVersion(service.getMeta().getVersion())
                    .setPreviousSpec(service.getSpec())
                    .setPreviousSpecVersion(service.getSpecVersion())
                    .clearUpdateStatus()
                    .build());
        });
    }

    private Service service(String id) {
        return store.view().services().get(id).orElseThrow();
    }

    /** Paused updates are asked for once more, and every node is there. */
    private void calm() {
        NODES.forEach(node -> set(node, Availability.ACTIVE));
        pass(Duration.ofSeconds(30));
        SERVICES.forEach(id ->
                change(id, spec -> spec.setUpdate(UpdateConfig.newBuilder().setParallelism(1))));
    }

    /** What holds at any moment. */
    private void check() {
        for (Task task : store.view().tasks().all()) {
            boolean onANode = task.getStatus().getState().getNumber() >= TaskState.ASSIGNED_VALUE
                    && task.getStatus().getState() != TaskState.SHUTDOWN;
            assertThat(!onANode || !task.getNodeId().isEmpty())
                    .as("%s after %s", task, story)
                    .isTrue();
        }
    }

    private void checkSettled() {
        for (String id : SERVICES) {
            Service service = service(id);
            Map<String, Integer> slots = new TreeMap<>();
            for (Task task : store.view().tasks().ofService(id)) {
                boolean wanted = task.getDesiredState().getNumber() <= TaskState.RUNNING_VALUE;
                boolean running = task.getStatus().getState() == TaskState.RUNNING;
                assertThat(running)
                        .as("%s.%s after %s%n%s", id, task.getSlot(), story, task)
                        .isEqualTo(wanted);
                if (wanted) {
                    slots.merge(task.getSlot() == 0 ? task.getNodeId() : "" + task.getSlot(), 1, Integer::sum);
                    assertThat(task.getSpec())
                            .as("%s after %s", id, story)
                            .isEqualTo(service.getSpec().getTask());
                }
            }
            assertThat(slots.values()).as("%s after %s", id, story).allMatch(count -> count == 1);
            if (service.getSpec().hasGlobal()) {
                assertThat(slots.keySet()).as("%s after %s", id, story).isEqualTo(new TreeSet<>(NODES));
            } else {
                assertThat((long) slots.size())
                        .as("%s after %s", id, story)
                        .isEqualTo(service.getSpec().getReplicated().getReplicas());
            }
            assertThat(service.getUpdateStatus().getState())
                    .as("%s after %s", id, story)
                    .isIn(Set.of(UpdateState.UNKNOWN, UpdateState.COMPLETED, UpdateState.ROLLBACK_COMPLETED));
        }
        assertThat(store.view().nodes().all()).allMatch(node -> node.getStatus().getState() == NodeStatus.State.READY);
        Map<String, Set<String>> known = new TreeMap<>();
        workers.forEach(
                (node, worker) -> known.put(node, new TreeSet<>(worker.tasks().keySet())));
        Map<String, Set<String>> stored = new TreeMap<>();
        NODES.forEach(node -> stored.put(node, new TreeSet<>()));
        store.view().tasks().all().stream()
                .filter(task -> !task.getNodeId().isEmpty())
                .forEach(task -> stored.get(task.getNodeId()).add(task.getId()));
        assertThat(known).as("after %s", story).isEqualTo(stored);
        assertThat(store.view().tasks().all().stream().map(Task::getDesiredState))
                .doesNotContain(TaskState.REMOVE, TaskState.READY);
        store.write(tx -> SERVICES.forEach(id -> tx.delete(Kind.SERVICE, id)));
        pass(Duration.ofSeconds(10));
        assertThat(store.view().tasks().all()).isEmpty();
    }
}
