package org.skep.orchestrator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.Version;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/**
 * The orchestrator with scheduler and nodes that take their time, as a seed says. Tasks of image {@code bad} fail before
 * they run or soon after, those of {@code stuck} never run, some of {@code mixed} do the one or the other.
 */
final class RandomNodes {

    static final Duration TICK = Duration.ofMillis(250);

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private final Random random;
    private final Runnable check;
    private final Set<Long> failed = new HashSet<>();
    private final Set<Long> crashed = new HashSet<>();
    private Orchestrator leader;

    /** @param check what holds at every moment */
    RandomNodes(long seed, Consumer<RandomNodes> check) {
        this.random = new Random(seed);
        this.check = () -> check.accept(this);
        store.write(tx -> tx.create(Node.newBuilder()
                .setId("n1")
                .setSpec(NodeSpec.getDefaultInstance())
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY))
                .build()));
        leader = new Orchestrator(store, loops);
    }

    void create(ServiceSpec.Builder spec) {
        store.write(tx -> tx.create(Service.newBuilder()
                .setId("web")
                .setSpec(spec)
                .setSpecVersion(Version.getDefaultInstance())
                .build()));
        loops.settle();
        while (slotsThatRun().size() < spec.getReplicated().getReplicas()) {
            move();
        }
    }

    void image(String image) {
        store.write(tx -> {
            Service service = tx.services().get("web").orElseThrow();
            ServiceSpec.Builder spec = service.getSpec().toBuilder();
            spec.getTaskBuilder().getContainerBuilder().setImage(image);
            tx.update(service.toBuilder()
                    .setSpec(spec)
                    .setSpecVersion(service.getMeta().getVersion())
                    .setPreviousSpec(service.getSpec())
                    .setPreviousSpecVersion(service.getSpecVersion())
                    .clearUpdateStatus()
                    .build());
        });
        loops.settle();
        check.run();
    }

    void scale(int replicas) {
        store.write(tx -> {
            Service service = tx.services().get("web").orElseThrow();
            tx.update(service.toBuilder()
                    .setSpec(service.getSpec().toBuilder()
                            .setReplicated(ReplicatedService.newBuilder().setReplicas(replicas)))
                    .setPreviousSpec(service.getSpec())
                    .setPreviousSpecVersion(service.getSpecVersion())
                    .clearUpdateStatus()
                    .build());
        });
        loops.settle();
        check.run();
    }

    void changeLeader() {
        leader.close();
        leader = new Orchestrator(store, loops);
        loops.settle();
        check.run();
    }

    /** The log cannot be written for a while. */
    void outage() {
        store.failWrites(SkepException.resource("LOG_UNWRITABLE", "disk full", "", null));
        loops.advance(Duration.ofSeconds(2));
        store.failWrites(null);
        loops.settle();
        check.run();
    }

    /** Lets a moment pass, in which some tasks get on. */
    void tick() {
        loops.advance(TICK);
        check.run();
        move();
    }

    private void move() {
        for (Task task : new ArrayList<>(store.view().tasks().all())) {
            if (random.nextInt(3) == 0) {
                store.view().tasks().get(task.getId()).ifPresent(this::move);
                loops.settle();
                check.run();
            }
        }
    }

    private void move(Task task) {
        TaskState state = task.getStatus().getState();
        if (TaskStates.ended(task)) {
            return;
        }
        if (!TaskStates.wanted(task)) {
            report(task, TaskState.SHUTDOWN);
        } else if (state == TaskState.NEW) {
            report(task, TaskState.ASSIGNED);
        } else if (task.getDesiredState() == TaskState.RUNNING) {
            getOn(task);
        }
    }

    private void getOn(Task task) {
        String image = task.getSpec().getContainer().getImage();
        String fate = image.equals("mixed")
                ? List.of("good", "bad", "good", "stuck").get(task.getId().hashCode() & 3)
                : image;
        boolean up = TaskStates.running(task);
        if (fate.equals("bad") && (up || random.nextBoolean())) {
            failed.add(task.getSlot());
            if (up) {
                crashed.add(task.getSlot());
            }
            report(task, up ? TaskState.FAILED : TaskState.REJECTED);
        } else if (!fate.equals("stuck") && !up) {
            report(task, TaskState.RUNNING);
        }
    }

    private void report(Task task, TaskState state) {
        TaskStatus.Builder status =
                task.getStatus().toBuilder().setState(state).setAppliedAt(Times.timestamp(loops.now()));
        if (state == TaskState.RUNNING) {
            status.setRunningSince(Times.timestamp(loops.now()));
        }
        store.write(tx -> tx.update(tx.tasks().get(task.getId()).orElseThrow().toBuilder()
                .setNodeId("n1")
                .setStatus(status)
                .build()));
    }

    Service service() {
        return store.view().services().get("web").orElseThrow();
    }

    List<Task> tasks() {
        return store.view().tasks().ofService("web").stream()
                .sorted(Comparator.comparingLong(Task::getSlot).thenComparing(TaskStates.OLDEST_FIRST))
                .toList();
    }

    /** Slots whose task runs and is meant to. */
    Set<Long> slotsThatRun() {
        Set<Long> slots = new HashSet<>();
        for (Task task : store.view().tasks().ofService("web")) {
            if (TaskStates.wanted(task) && TaskStates.running(task)) {
                slots.add(task.getSlot());
            }
        }
        return slots;
    }

    /** Slots one of whose tasks has run and failed at some time. */
    Set<Long> slotsThatCrashed() {
        return crashed;
    }

    /** Slots one of whose tasks has failed at some time, also before it ran. */
    Set<Long> slotsThatFailed() {
        return failed;
    }
}
