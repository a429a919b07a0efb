package org.skep.control.routed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.control.testing.Users.ANN;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.node.ManagerStart;
import org.skep.control.Clusters;
import org.skep.control.Logs;
import org.skep.control.ServiceChanges;
import org.skep.control.testing.RecordedControl;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

class RoutedControlTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Managers managers = new Managers("a", "b", "c");
    private final Managers.One a = managers.get("a");
    private final Managers.One b = managers.get("b");
    private final Managers.One c = managers.get("c");

    @BeforeEach
    void elect() {
        managers.lead("a");
    }

    @AfterEach
    void close() {
        managers.close();
    }

    private static ServiceSpec spec(String name) {
        ServiceSpec.Builder spec = ServiceSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName(name))
                .setReplicated(ReplicatedService.newBuilder().setReplicas(1));
        spec.getTaskBuilder().setContainer(ContainerSpec.newBuilder().setImage("nginx"));
        return spec.build();
    }

    private static <T> CompletableFuture<T> later(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        result.complete(call.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                })
                .start();
        return result;
    }

    private static <T> T get(CompletableFuture<T> result) throws Exception {
        return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static void assertRefused(String code, String fragment, CompletableFuture<?> result) {
        assertThatThrownBy(() -> get(result))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(SkepException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.line()).contains(fragment).doesNotContain("\n");
                });
    }

    private static void assertRefused(String code, String fragment, Callable<?> call) {
        assertRefused(code, fragment, later(call));
    }

    /** The leader takes calls and gives no answer. */
    private RecordedControl silent(Managers.One leader, CountDownLatch arrived) {
        RecordedControl silent = new RecordedControl((method, arguments) -> {
            arrived.countDown();
            new CountDownLatch(1).await();
            return null;
        });
        leader.serve(local -> silent.control());
        return silent;
    }

    @Test
    void anyManagerDoesWhatTheLeaderWould() {
        Service made = b.control.services().create(spec("web"), ANN);

        assertThat(c.control.services().get("web")).isEqualTo(made);
        assertThat(a.control.services().list()).containsExactly(made);
        assertRefused("NAME_CONFLICT", "web", () -> b.control.services().create(spec("web"), ANN));
        c.control.services().remove("web");
        assertThat(b.control.services().list()).isEmpty();
    }

    @Test
    void selfIsWhoWasAsked() {
        assertThat(b.control.nodes().get("self").getId()).isEqualTo("b");
        assertThat(a.control.nodes().get("self").getId()).isEqualTo("a");
        assertThat(b.control.nodes().list())
                .filteredOn(node -> node.getManagerStatus().getLeader())
                .extracting(Node::getId)
                .containsExactly("a");
        assertRefused("NODE_IS_MANAGER", "host-b", () -> {
            b.control.nodes().remove("self", true);
            return null;
        });
    }

    @Test
    void aChangeOfLeaderGoesUnnoticed() {
        b.control.services().create(spec("one"), ANN);
        managers.lead("c");
        b.control.services().create(spec("two"), ANN);
        managers.lead("b");
        b.control.services().create(spec("three"), ANN);

        assertThat(a.control.services().list()).hasSize(3);
    }

    @Test
    void whoeverAsksWithoutALeaderWaitsForOne() throws Exception {
        managers.believe("b", Optional.empty());
        CompletableFuture<List<Service>> read = later(() -> b.control.services().list());
        CompletableFuture<Service> write = later(() -> b.control.services().create(spec("web"), ANN));

        managers.lead("c");

        assertThat(get(write).getSpec().getAnnotations().getName()).isEqualTo("web");
        get(read);
    }

    @Test
    void nobodyWaitsForEverNorTwice() {
        managers.believe("b", Optional.empty());

        assertRefused("NO_LEADER", "the swarm has no leader", () -> b.control
                .services()
                .list());
        long start = System.nanoTime();
        assertRefused("NO_LEADER", "the swarm has no leader", () -> b.control
                .services()
                .create(spec("web"), ANN));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Managers.PATIENCE);
        managers.lead("c");
        assertThat(b.control.services().list()).isEmpty();
    }

    @Test
    void aLeaderThatCannotBeReachedHasDoneNothing() throws Exception {
        a.die();
        CompletableFuture<Service> write = later(() -> b.control.services().create(spec("web"), ANN));
        CompletableFuture<List<Node>> read = later(() -> b.control.nodes().list());

        managers.lead("c");

        get(write);
        assertThat(get(read)).hasSize(3);
        assertThat(managers.store().view().services().size()).isEqualTo(1);
    }

    @Test
    void aLeaderThatNobodyHasHeardOfIsWaitedFor() throws Exception {
        managers.believe("b", Optional.of("stranger"));
        CompletableFuture<List<Node>> read = later(() -> b.control.nodes().list());

        managers.lead("c");

        assertThat(get(read)).hasSize(3);
        managers.believe("b", Optional.of("stranger"));
        assertRefused(
                "NO_LEADER", "the swarm has no leader", () -> b.control.nodes().list());
    }

    @Test
    void aLeaderThatCannotBeReachedIsNamed() {
        a.die();

        assertRefused("NO_LEADER", "the leader of the swarm, a, cannot be reached", () -> b.control
                .services()
                .list());
    }

    @Test
    void aCallIsPassedOnOnceOnly() throws Exception {
        // What b takes for the leader follows c: it must not ask c.
        managers.believe("a", Optional.of("c"));
        managers.believe("c", Optional.of("c"));
        CountDownLatch asked = new CountDownLatch(1);
        RecordedControl watched = new RecordedControl((method, arguments) -> {
            asked.countDown();
            return List.of();
        });
        c.serve(local -> watched.control());
        CompletableFuture<List<Service>> read = later(() -> b.control.services().list());

        assertThat(asked.await(200, TimeUnit.MILLISECONDS)).isFalse();
        managers.believe("b", Optional.of("c"));

        get(read);
        assertThat(watched.asked()).hasSize(1);
    }

    @Test
    void aReadIsAskedAgainWhenItsLeaderDies() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        silent(a, arrived);
        CompletableFuture<List<Node>> read = later(() -> b.control.nodes().list());
        arrived.await();

        a.die();
        managers.lead("c");

        assertThat(get(read)).hasSize(3);
    }

    @Test
    void aWriteIsNotRepeatedWhenItsLeaderDies() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        RecordedControl silent = silent(a, arrived);
        CompletableFuture<Service> write = later(() -> b.control.services().create(spec("web"), ANN));
        arrived.await();

        a.die();

        assertRefused("OUTCOME_UNKNOWN", "may or may not have been made (look with \"service ls\"", write);
        assertThat(silent.asked()).hasSize(1);
        assertThat(managers.store().view().services().size()).isZero();
    }

    @Test
    void aLeaderThatIsSilentIsGivenUpWhenAnotherOneLeads() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        silent(a, arrived);
        CompletableFuture<List<Node>> read = later(() -> b.control.nodes().list());
        CompletableFuture<Service> write = later(() -> b.control.services().create(spec("web"), ANN));
        arrived.await();

        managers.lose("a");
        managers.lead("c");

        assertThat(get(read)).hasSize(3);
        assertRefused("OUTCOME_UNKNOWN", "may or may not", write);
    }

    @Test
    void aLeaderThatIsNotSureSaysSo() {
        RecordedControl unsure = new RecordedControl((method, arguments) -> {
            throw SkepException.state("OUTCOME_UNKNOWN", "this manager lost the lead", "");
        });
        a.serve(local -> unsure.control());

        assertRefused("OUTCOME_UNKNOWN", "look with \"node ls\"", () -> {
            b.control.nodes().remove("n", true);
            return null;
        });
        assertThat(unsure.asked()).hasSize(1);
    }

    @Test
    void aChangeOfAVersionIsTriedAgainBecauseItCannotHappenTwice() throws Exception {
        Service web = b.control.services().create(spec("web"), ANN);
        ServiceSpec more = scaled(web, 2);
        CountDownLatch arrived = new CountDownLatch(1);
        silent(a, arrived);
        CompletableFuture<Service> update = later(() -> b.control
                .services()
                .update(web.getId(), web.getMeta().getVersion().getIndex(), more, ANN));
        arrived.await();

        a.die();
        managers.lead("c");

        assertThat(get(update).getSpec()).isEqualTo(more);
    }

    @Test
    void aChangeThatHappenedIsNotCalledRefused() throws Exception {
        Service web = b.control.services().create(spec("web"), ANN);

        assertThat(get(overtaken(web, 2, 2)).getSpec().getReplicated().getReplicas())
                .isEqualTo(2);
    }

    @Test
    void aChangeThatMayHaveHappenedIsNotCalledRefused() throws Exception {
        Service web = b.control.services().create(spec("web"), ANN);

        assertRefused("OUTCOME_UNKNOWN", "look with \"service inspect " + web.getId(), overtaken(web, 2, 3));
    }

    /** Asks a leader for replicas that dies without an answer, and the next one has others. */
    private CompletableFuture<Service> overtaken(Service service, int asked, int found) throws Exception {
        long version = service.getMeta().getVersion().getIndex();
        CountDownLatch arrived = new CountDownLatch(1);
        silent(a, arrived);
        CompletableFuture<Service> update =
                later(() -> b.control.services().update(service.getId(), version, scaled(service, asked), ANN));
        arrived.await();

        a.local.control().services().update(service.getId(), version, scaled(service, found), ANN);
        a.die();
        managers.lead("c");
        return update;
    }

    private static ServiceSpec scaled(Service service, int replicas) {
        ServiceSpec.Builder spec = service.getSpec().toBuilder();
        spec.getReplicatedBuilder().setReplicas(replicas);
        return spec.build();
    }

    @Test
    void whatALeaderRefusesBecauseItLeadsNoMoreIsAskedOfTheNext() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        RecordedControl former = new RecordedControl((method, arguments) -> {
            arrived.countDown();
            throw SkepException.state("NO_LEADER", "this manager does not lead", "");
        });
        a.serve(local -> former.control());
        CompletableFuture<Service> write = later(() -> b.control.services().create(spec("web"), ANN));
        arrived.await();

        managers.lead("c");

        get(write);
        assertThat(managers.store().view().services().size()).isEqualTo(1);
    }

    @Test
    void changesOfAServiceAreFollowedOverAChangeOfLeader() throws Exception {
        Service web = b.control.services().create(spec("web"), ANN);
        try (ServiceChanges.Follower follower = b.control.changes().follow(web.getId())) {
            assertThat(follower.next(LIMIT).service()).isEqualTo(web);
            a.die();
            managers.lead("c");
            ServiceSpec.Builder more = web.getSpec().toBuilder();
            more.getReplicatedBuilder().setReplicas(2);
            Service changed = b.control
                    .services()
                    .update(web.getId(), web.getMeta().getVersion().getIndex(), more.build(), ANN);

            assertThat(follower.next(LIMIT).service()).isEqualTo(changed);
        }
        assertRefused("NOT_FOUND", "nope", () -> b.control.changes().follow("nope"));
    }

    @Test
    void theManagersAreKnownWithoutALeader() throws Exception {
        assertThat(b.control.clusters().managers().answeredBy()).isEqualTo("a");
        assertThat(b.control.clusters().managers().mayFail()).isEqualTo(1);
        a.die();
        assertThat(b.control.clusters().managers().answeredBy()).isEqualTo("b");
        managers.believe("b", Optional.empty());

        Clusters.ManagersStatus status = b.control.clusters().managers();

        assertThat(status.answeredBy()).isEqualTo("b");
        assertThat(status.leader()).isEmpty();
        assertThat(status.managers()).hasSize(3);
    }

    @Test
    void whoIsLockedSaysSo() {
        b.leadership.unbindManager(ManagerStart.JOIN);
        b.leadership.bindSwarm(new LockedSwarm());

        assertRefused("LOCKED", "use \"swarm unlock\"", () -> b.control.nodes().list());
    }

    @Test
    void aReaderOfLogsMayStopWhileThereIsNoLeader() throws Exception {
        managers.believe("b", Optional.empty());
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                b.control.logs().read("web", new Logs.Query(true, -1, Instant.MIN), line -> {}, warning -> {});
            } catch (InterruptedException | RuntimeException e) {
                failure.complete(e);
            }
        });
        reader.start();

        reader.interrupt();

        assertThat(failure.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    private List<String> warnings(Logs.Query query, Queue<String> read) throws InterruptedException {
        List<String> warnings = new ArrayList<>();
        b.control.logs().read("web", query, line -> read.add(line.getData().toStringUtf8()), warnings::add);
        return warnings;
    }

    @Test
    void logLinesGoOnOverAChangeOfLeader() throws Exception {
        Service web = b.control.services().create(spec("web"), ANN);
        managers.store()
                .write(tx -> tx.update(tx.nodes().get("b").orElseThrow().toBuilder()
                        .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN))
                        .build()));
        managers.store()
                .write(tx -> tx.create(Task.newBuilder()
                        .setId("t")
                        .setServiceId(web.getId())
                        .setNodeId("b")
                        .setStatus(TaskStatus.newBuilder().setState(TaskState.RUNNING))
                        .build()));
        LineBroker first = new LineBroker();
        LineBroker second = new LineBroker();
        a.local.broker(first);
        c.local.broker(second);
        LinkedBlockingQueue<String> read = new LinkedBlockingQueue<>();
        CompletableFuture<List<String>> reading = later(() -> warnings(new Logs.Query(true, -1, Instant.MIN), read));
        first.say(1, "one");
        first.say(2, "two");
        assertThat(read.poll(10, TimeUnit.SECONDS)).isEqualTo("one");
        assertThat(read.poll(10, TimeUnit.SECONDS)).isEqualTo("two");

        a.die();
        managers.lead("c");
        second.say(1, "one");
        second.say(2, "two");
        second.say(3, "three");

        assertThat(read.poll(10, TimeUnit.SECONDS)).isEqualTo("three");
        second.end(List.of("node a is not connected"));
        assertThat(get(reading))
                .as("each leader knows of the lost node; the reader hears of it once")
                .containsExactly("node host-b (b) is down: its lines are missing", "node a is not connected");
        assertThat(read).isEmpty();
    }

    @Test
    void aBrokerThatEndsWithTheLeadIsNotTheEnd() throws Exception {
        b.control.services().create(spec("web"), ANN);
        LineBroker first = new LineBroker();
        LineBroker second = new LineBroker();
        a.local.broker(first);
        c.local.broker(second);
        LinkedBlockingQueue<String> read = new LinkedBlockingQueue<>();
        CompletableFuture<List<String>> reading = later(() -> warnings(new Logs.Query(false, 5, Instant.MIN), read));
        first.say(1, "one");

        managers.believe("a", Optional.of("c"));
        first.end(List.of("this manager no longer leads"));
        managers.lead("c");
        second.say(1, "one");
        second.say(2, "two");
        second.end(List.of());

        assertThat(get(reading)).isEmpty();
        assertThat(read).containsExactly("one", "two");
    }

    @Test
    void whoIsNoManagerSaysWhatToDo() {
        b.leadership.unbindManager(ManagerStart.JOIN);
        assertRefused("NOT_A_MANAGER", "run this on a manager, or promote this node", () -> b.control
                .nodes()
                .list());
        assertRefused("NOT_A_MANAGER", "not a swarm manager", () -> {
            b.control.events().follow(Optional.empty(), Optional.empty(), event -> {});
            return null;
        });
        assertRefused("NOT_A_MANAGER", "not a swarm manager", () -> b.control
                .clusters()
                .managers());

        Router outside = new Router(new Leadership(b.local.control()), Duration.ZERO);

        assertRefused("NOT_A_MANAGER", "\"swarm init\" or \"swarm join\"", () -> new RoutedControl(outside)
                .services()
                .list());
    }
}
