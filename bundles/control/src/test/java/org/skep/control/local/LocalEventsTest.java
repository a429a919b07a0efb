package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.local.Manager.spec;
import static org.skep.control.testing.Users.ANN;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.control.Events.Event;
import org.skep.control.testing.FakeConsensus;
import org.skep.protocol.Cluster;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskState;
import org.skep.store.Consensus.Member;
import org.skep.store.Kind;

class LocalEventsTest {

    /** Until here, everything that was written in the test. */
    private static final Optional<Instant> ALL = Optional.of(Instant.EPOCH);

    private final Manager manager = Manager.leading();
    private final LocalEvents events = new LocalEvents(manager.access);
    private final LocalServices services = new LocalServices(manager.access, new Strategies());

    @BeforeEach
    void record() {
        events.bindStore(manager.store);
        manager.store.write(tx -> {
            tx.create(Cluster.newBuilder().setId("c").build());
            tx.create(Manager.task("before", "s", "old", 1, TaskState.RUNNING).build());
        });
    }

    private List<Event> seen() throws InterruptedException {
        List<Event> seen = new ArrayList<>();
        events.follow(ALL, Optional.of(Instant.now().plusMillis(1)), seen::add);
        return seen;
    }

    private void change(String node, UnaryOperator<Node.Builder> change) {
        manager.store.write(tx -> tx.update(
                change.apply(tx.nodes().get(node).orElseThrow().toBuilder()).build()));
    }

    @Test
    void consensusThatWasReplacedIsNotFollowedAnyMore() {
        FakeConsensus old = new FakeConsensus("self");
        FakeConsensus next = new FakeConsensus("self");
        events.bindConsensus(old);
        events.bindConsensus(next);
        events.unbindConsensus(old);
        assertThat(old.followed()).isZero();
        assertThat(next.followed()).isEqualTo(1);
        events.unbindConsensus(next);
        assertThat(next.followed()).isZero();
    }

    @Test
    void whatASwarmBeginsWithIsNoEvent() throws Exception {
        assertThat(seen()).isEmpty();
    }

    @Test
    void servicesTellWhatChangedAboutThem() throws Exception {
        Service web = services.create(spec("web"), ANN);
        ServiceSpec.Builder more = web.getSpec().toBuilder();
        more.getReplicatedBuilder().setReplicas(3);
        more.getTaskBuilder().getContainerBuilder().setImage("nginx:2");
        services.update(web.getId(), web.getMeta().getVersion().getIndex(), more.build(), ANN);
        services.remove("web");

        assertThat(seen())
                .extracting(Event::type, Event::action, Event::id)
                .allSatisfy(event -> assertThat(event.toList()).contains("service", web.getId()));
        assertThat(seen()).extracting(Event::action).containsExactly("create", "update", "remove");
        assertThat(seen().get(0).attributes()).isEqualTo(Map.of("name", "web"));
        assertThat(seen().get(1).attributes())
                .isEqualTo(Map.of(
                        "name", "web",
                        "replicas.old", "1",
                        "replicas.new", "3",
                        "image.old", "nginx:1.27",
                        "image.new", "nginx:2"));
        assertThat(seen().get(2).attributes()).isEqualTo(Map.of("name", "web"));
    }

    @Test
    void nodesTellWhatChangedAndKeepTheirHeartbeatsToThemselves() throws Exception {
        manager.givenNode("n1", "alpha");
        change("n1", node -> node.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN)));
        change("n1", node -> node.setStatus(node.getStatus().toBuilder().setMessage("heartbeat")));
        change("n1", node -> node.setSpec(node.getSpec().toBuilder().setAvailability(NodeSpec.Availability.DRAIN)));
        change("n1", node -> {
            node.getSpecBuilder().setDesiredRole(NodeRole.NODE_ROLE_WORKER);
            return node.setRole(NodeRole.NODE_ROLE_WORKER);
        });
        change("n1", node -> {
            node.getSpecBuilder().getAnnotationsBuilder().putLabels("zone", "east");
            return node;
        });

        assertThat(seen())
                .extracting(Event::attributes)
                .containsExactly(
                        Map.of("name", "alpha"),
                        Map.of("name", "alpha", "state.old", "ready", "state.new", "down"),
                        Map.of("name", "alpha", "availability.old", "active", "availability.new", "drain"),
                        Map.of(
                                "name", "alpha",
                                "role.old", "manager",
                                "role.new", "worker",
                                "desiredrole.old", "manager",
                                "desiredrole.new", "worker"),
                        Map.of("name", "alpha"));
    }

    @Test
    void tasksTellOfTheirStates() throws Exception {
        manager.givenTask(Manager.task("t1", "s", "web", 1, TaskState.NEW));
        manager.store.write(tx -> {
            var task = tx.tasks().get("t1").orElseThrow().toBuilder().setNodeId("n1");
            task.getStatusBuilder().setState(TaskState.ASSIGNED);
            tx.update(task.build());
        });
        manager.store.write(tx -> tx.update(tx.tasks().get("t1").orElseThrow().toBuilder()
                .setDesiredState(TaskState.SHUTDOWN)
                .build()));
        manager.store.write(tx -> tx.delete(Kind.TASK, "t1"));

        assertThat(seen()).extracting(Event::action).containsExactly("create", "update", "remove");
        assertThat(seen().get(1).attributes())
                .isEqualTo(Map.of(
                        "name", "web.1.t1",
                        "service", "web",
                        "node", "n1",
                        "state.old", "new",
                        "state.new", "assigned"));
    }

    @Test
    void managersTellWhoLeadsAndWhoCanBeReached() throws Exception {
        manager.givenNode("n1", "alpha");
        manager.givenNode("n2", "beta");
        FakeConsensus consensus = new FakeConsensus("n1").with("n2", true, true);
        events.bindConsensus(consensus);

        consensus.led(Optional.of("n2"));
        consensus.members(new Member("n1", true, true, 1), new Member("n2", true, false, 1));
        consensus.members(new Member("n1", true, true, 1), new Member("n2", true, false, 7));
        events.unbindConsensus(consensus);
        consensus.led(Optional.of("n1"));

        assertThat(seen().stream().skip(2))
                .extracting(Event::attributes)
                .containsExactly(
                        Map.of("name", "alpha", "leader.old", "true", "leader.new", "false"),
                        Map.of("name", "beta", "leader.old", "false", "leader.new", "true"));
    }

    @Test
    void reachabilityOfAnotherManagerIsAnEvent() throws Exception {
        manager.givenNode("n2", "beta");
        FakeConsensus consensus = new FakeConsensus("n1").with("n2", true, true);
        events.bindConsensus(consensus);

        consensus.members(new Member("n1", true, true, 1), new Member("n2", true, false, 1));

        assertThat(seen().get(1).attributes())
                .isEqualTo(Map.of("name", "beta", "reachability.old", "reachable", "reachability.new", "unreachable"));
    }

    @Test
    void aFollowerHearsWhatIsNewAndNothingElse() throws Exception {
        services.create(spec("old"), ANN);
        LinkedBlockingQueue<Event> heard = new LinkedBlockingQueue<>();
        Thread follower = new Thread(() -> {
            try {
                events.follow(Optional.empty(), Optional.empty(), heard::add);
            } catch (InterruptedException e) {
                heard.clear();
            }
        });
        follower.start();
        while (follower.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        services.create(spec("new"), ANN);

        assertThat(heard.poll(10, TimeUnit.SECONDS).attributes()).containsEntry("name", "new");
        follower.interrupt();
        follower.join(10_000);
        assertThat(heard).isEmpty();
    }

    @Test
    void sinceAndUntilCutTheTime() throws Exception {
        Instant start = Instant.parse("2030-01-01T00:00:00Z");
        EventLog log = new EventLog(Clock.fixed(start.plusSeconds(10), ZoneOffset.UTC));
        for (int second = 0; second < 5; second++) {
            log.add(new Event(start.plusSeconds(second), "node", "update", "n" + second, Map.of()));
        }
        List<String> seen = new ArrayList<>();

        log.follow(Optional.of(start.plusSeconds(1)), Optional.of(start.plusSeconds(3)), event -> seen.add(event.id()));

        assertThat(seen).containsExactly("n1", "n2", "n3");
    }

    @Test
    void tasksDoNotPushTheOthersOut() throws Exception {
        Instant now = Instant.parse("2030-01-01T00:00:00Z");
        EventLog log = new EventLog(Clock.fixed(now, ZoneOffset.UTC));
        log.add(new Event(now, "node", "update", "n", Map.of()));
        for (int i = 0; i < 3000; i++) {
            log.add(new Event(now, "task", "update", "t" + i, Map.of()));
        }
        List<String> seen = new ArrayList<>();

        log.follow(ALL, Optional.of(now), event -> seen.add(event.id()));

        assertThat(seen).hasSize(1001).startsWith("n", "t2000").endsWith("t2999");
    }

    @Test
    void aManagerNoMoreTellsNothingMore() throws Exception {
        CompletableFuture<Void> following = CompletableFuture.runAsync(() -> assertRefused(
                "NOT_A_MANAGER",
                "no longer a manager",
                () -> events.follow(Optional.empty(), Optional.empty(), event -> {})));
        services.create(spec("web"), ANN);

        events.unbindStore(manager.store);

        assertThat(following
                        .handle((done, failure) -> true)
                        .get(Duration.ofSeconds(10).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertRefused("NOT_A_MANAGER", "not a swarm manager", () -> events.follow(Optional.empty(), ALL, event -> {}));
    }
}
