package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.node.SwarmMembership;
import org.skep.api.testing.Eventually;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.Service;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.session.LogBroker.Subscription;
import org.skep.store.Kind;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

class LogBrokerTest {

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> early = new CopyOnWriteArrayList<>();
    private final CompletableFuture<List<String>> end = new CompletableFuture<>();
    private LeaderDispatcher dispatcher;

    @BeforeEach
    void start() {
        store.write(tx -> {
            for (String id : List.of("n1", "n2")) {
                tx.create(Node.newBuilder()
                        .setId(id)
                        .setDescription(NodeDescription.newBuilder().setHostname("host-" + id))
                        .build());
            }
            tx.create(Service.newBuilder().setId("web").build());
        });
        dispatcher = new LeaderDispatcher(store, loops, new SwarmMembership("n1", "cluster"));
        loops.settle();
    }

    @Test
    void aReaderGetsTheLinesOfEveryNodeAndThenTheEnd() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        task("t2", "n2", TaskState.FAILED);
        FakeWorker one = worker("n1");
        FakeWorker two = worker("n2");
        subscribe("web", false);
        assertThat(one.subscriptions).hasSize(1);
        assertThat(one.subscriptions.get(0).getSelector().getServiceIdsList()).containsExactly("web");
        assertThat(two.subscriptions).hasSize(1);

        publish(one, "n1", "a");
        publish(two, "n2", "b");
        publish(one, "n1", "c");
        close(one);
        assertThat(end).isNotDone();
        close(two);

        assertThat(warnings()).isEmpty();
        assertThat(lines).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> one.session
                        .publishLogs(message(one, "n1", "late"))
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS))
                .hasMessageContaining("nobody subscribes");
    }

    @Test
    void nothingIsHandedOverAnyMoreOnceTheLeaderIsClosed() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Void> enough = new CompletableFuture<>();
        Subscription subscription = dispatcher.subscribe(
                LogSelector.newBuilder().addServiceIds("web").build(),
                LogSubscriptionOptions.newBuilder().setFollow(true).build(),
                line -> {
                    reading.countDown();
                    enough.join();
                },
                warning -> {},
                last -> {});
        loops.settle();
        one.session.publishLogs(message(one, "n1", "a"));
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
        subscription.close();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
            try {
                dispatcher.close();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThatThrownBy(() -> closing.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        enough.complete(null);
        closing.get(10, TimeUnit.SECONDS);
    }

    @Test
    void withoutTasksTheEndIsAtHand() throws Exception {
        subscribe("web", false);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aNodeThatIsNotThereIsAWarningAndNoObstacle() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        task("t2", "n2", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        subscribe("web", false);
        publish(one, "n1", "a");
        close(one);

        loops.advance(Duration.ofSeconds(1));
        assertThat(end).isNotDone();
        // The line counts as read a moment after it was.
        Eventually.eventually("the end", () -> {
            loops.advance(Duration.ofMillis(500));
            return end.isDone();
        });
        assertThat(warnings()).containsExactly("node host-n2 (n2) is not connected");
    }

    @Test
    void aNodeThatChangesManagersIsWaitedFor() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        subscribe("web", false);
        loops.advance(Duration.ofSeconds(1));
        FakeWorker one = worker("n1");
        publish(one, "n1", "a");
        close(one);

        assertThat(warnings()).isEmpty();
        assertThat(lines).containsExactly("a");
    }

    @Test
    void aNodeThatIsDownIsNotWaitedFor() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        store.write(tx -> tx.update(store.view().nodes().get("n1").orElseThrow().toBuilder()
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN))
                .build()));
        subscribe("web", false);

        assertThat(warnings()).containsExactly("node host-n1 (n1) is not connected");
    }

    @Test
    void aNodeThatLeavesIsAWarning() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        subscribe("web", false);
        one.session.close();
        loops.settle();

        assertThat(warnings()).containsExactly("node alpha (n1) went away before all its lines had come");
    }

    @Test
    void aNodeThatIsSilentIsGivenUp() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        subscribe("web", false);
        loops.advance(Duration.ofSeconds(8));
        publish(one, "n1", "a");
        loops.advance(Duration.ofSeconds(8));
        assertThat(end).isNotDone();
        loops.advance(Duration.ofSeconds(6));

        assertThat(warnings()).containsExactly("node alpha (n1) did not answer within 10 s");
    }

    @Test
    void followingReachesNodesThatGetTasksLater() throws Exception {
        FakeWorker one = worker("n1");
        FakeWorker two = worker("n2");
        subscribe("web", true);
        assertThat(one.subscriptions).isEmpty();
        task("t1", "n1", TaskState.ASSIGNED);
        assertThat(one.subscriptions).hasSize(1);
        assertThat(one.subscriptions.get(0).getOptions().getFollow()).isTrue();
        task("t2", "n2", TaskState.RUNNING);
        assertThat(two.subscriptions).hasSize(1);
        task("t3", "n1", TaskState.RUNNING);
        assertThat(one.subscriptions).hasSize(1);

        loops.advance(Duration.ofMinutes(5));
        publish(two, "n2", "b");
        assertThat(lines.poll(10, TimeUnit.SECONDS)).isEqualTo("b");
        assertThat(end).isNotDone();
    }

    @Test
    void followingGoesOnWhenANodeComesBack() {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker before = worker("n1");
        subscribe("web", true);
        before.session.close();
        loops.advance(Duration.ofSeconds(3));
        FakeWorker after = worker("n1");

        assertThat(after.subscriptions).hasSize(1);
        assertThat(after.subscriptions.get(0).getOptions().getSince().getSeconds())
                .isEqualTo(loops.now().getEpochSecond());
        assertThat(end).isNotDone();
    }

    @Test
    void followingATaskEndsWithIt() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        dispatcher.subscribe(
                LogSelector.newBuilder().addTaskIds("t1").build(),
                LogSubscriptionOptions.newBuilder().setFollow(true).build(),
                line -> lines.add(line.getData().toStringUtf8()),
                early::add,
                end::complete);
        loops.settle();
        loops.advance(Duration.ofSeconds(30));
        assertThat(end).isNotDone();
        one.report("t1", TaskState.COMPLETE);
        loops.settle();
        publish(one, "n1", "last words");
        loops.advance(Duration.ofSeconds(5));

        assertThat(warnings()).isEmpty();
        assertThat(lines).containsExactly("last words");
    }

    @Test
    void followingAServiceEndsWhenItIsRemoved() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        worker("n1");
        subscribe("web", true);
        store.write(tx -> tx.delete(Kind.SERVICE, "web"));
        loops.advance(Duration.ofSeconds(5));

        assertThat(warnings()).isEmpty();
    }

    @Test
    void closingTellsTheNodes() {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        Subscription subscription = subscribe("web", true);
        subscription.close();
        loops.settle();

        assertThat(one.subscriptions).hasSize(2);
        assertThat(one.subscriptions.get(1))
                .isEqualTo(SubscriptionMessage.newBuilder()
                        .setId(one.subscriptions.get(0).getId())
                        .setClose(true)
                        .build());
    }

    @Test
    void aSlowReaderSlowsPublishersAndReleasesThemWhenItGoes() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Subscription subscription = dispatcher.subscribe(
                LogSelector.newBuilder().addServiceIds("web").build(),
                LogSubscriptionOptions.getDefaultInstance(),
                line -> {
                    reading.countDown();
                    await(release);
                },
                early::add,
                end::complete);
        loops.settle();
        var first = one.session.publishLogs(message(one, "n1", "a")).toCompletableFuture();
        var second = one.session.publishLogs(message(one, "n1", "b")).toCompletableFuture();
        reading.await(10, TimeUnit.SECONDS);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        loops.advance(Duration.ofMinutes(1));
        assertThat(end).isNotDone();

        subscription.close();
        assertThat(second).isCompletedExceptionally();
        release.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void linesOfOtherNodesAreRefused() {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        subscribe("web", false);

        assertThatThrownBy(() -> one.session
                        .publishLogs(message(one, "n2", "a"))
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining("log line of another node");
    }

    @Test
    void linesOfTasksOnOtherNodesAreRefusedAndThoseOfDeletedTasksAreNot() throws Exception {
        task("mine", "n1", TaskState.RUNNING);
        task("theirs", "n2", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        subscribe("web", false);

        publish(one, "n1", line -> line.setContext(line.getContext().toBuilder().setTaskId("mine")));
        publish(one, "n1", line -> line.setContext(line.getContext().toBuilder().setTaskId("deleted")));
        assertThat(lines).hasSize(2);
        assertThatThrownBy(() -> publish(
                        one,
                        "n1",
                        line -> line.setContext(line.getContext().toBuilder().setTaskId("theirs"))))
                .hasMessageContaining("log line of another node");
        assertThat(lines).hasSize(2);
    }

    @Test
    void linesWithATimeThatCannotBeAreRefused() {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        subscribe("web", false);

        for (Timestamp time : List.of(
                Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
                Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).build(),
                Timestamp.newBuilder().setNanos(-1).build())) {
            assertThatThrownBy(() -> publish(one, "n1", line -> line.setTimestamp(time)))
                    .hasMessageContaining("a time that cannot be");
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void aReaderThatFailsReleasesItsPublishersAndTheEndComes() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        FakeWorker one = worker("n1");
        dispatcher.subscribe(
                LogSelector.newBuilder().addServiceIds("web").build(),
                LogSubscriptionOptions.getDefaultInstance(),
                line -> {
                    throw new IllegalStateException("no room");
                },
                early::add,
                end::complete);
        loops.settle();

        assertThatThrownBy(() -> publish(one, "n1", "a")).hasMessageContaining("reader of these log lines is gone");
        loops.advance(Duration.ofSeconds(11));
        assertThat(warnings()).containsExactly("node alpha (n1) did not answer within 10 s");
    }

    @Test
    void whenTheLeaderStopsReadersAreTold() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        worker("n1");
        subscribe("web", true);
        dispatcher.close();

        assertThat(warnings()).containsExactly("this manager no longer leads: there may be more lines");
    }

    @Test
    void whoFollowsHearsAtOnceOfANodeThatIsNotThere() throws Exception {
        task("t1", "n1", TaskState.RUNNING);
        subscribe("web", true);
        loops.advance(Duration.ofSeconds(1));
        assertThat(early).isEmpty();
        loops.advance(Duration.ofSeconds(5));
        assertThat(early).containsExactly("node host-n1 (n1) is not connected");

        FakeWorker one = worker("n1");
        one.session.close();
        loops.advance(Duration.ofSeconds(5));
        assertThat(early).containsExactly("node host-n1 (n1) is not connected", "node alpha (n1) is not connected");
        assertThat(end).isNotDone();
    }

    private List<String> warnings() throws Exception {
        return end.get(10, TimeUnit.SECONDS);
    }

    private Subscription subscribe(String service, boolean follow) {
        Subscription subscription = dispatcher.subscribe(
                LogSelector.newBuilder().addServiceIds(service).build(),
                LogSubscriptionOptions.newBuilder().setFollow(follow).build(),
                line -> lines.add(line.getData().toStringUtf8()),
                early::add,
                end::complete);
        loops.settle();
        return subscription;
    }

    private FakeWorker worker(String nodeId) {
        FakeWorker worker = new FakeWorker(dispatcher, nodeId);
        loops.settle();
        return worker;
    }

    private void publish(FakeWorker worker, String nodeId, String line) throws Exception {
        publish(worker, message(worker, nodeId, line));
    }

    private void publish(FakeWorker worker, String nodeId, UnaryOperator<LogMessage.Builder> change) throws Exception {
        PublishLogsMessage.Builder message = message(worker, nodeId, "x").toBuilder();
        change.apply(message.getMessagesBuilder(0));
        publish(worker, message.build());
    }

    private void publish(FakeWorker worker, PublishLogsMessage message) throws Exception {
        var taken = worker.session.publishLogs(message);
        loops.settle();
        taken.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static PublishLogsMessage message(FakeWorker worker, String nodeId, String line) {
        return PublishLogsMessage.newBuilder()
                .setSubscriptionId(worker.subscriptions.get(0).getId())
                .addMessages(LogMessage.newBuilder()
                        .setContext(LogContext.newBuilder().setNodeId(nodeId))
                        .setData(ByteString.copyFromUtf8(line)))
                .build();
    }

    private void close(FakeWorker worker) {
        worker.session.publishLogs(PublishLogsMessage.newBuilder()
                .setSubscriptionId(worker.subscriptions.get(0).getId())
                .setClose(true)
                .build());
        loops.settle();
    }

    private void task(String id, String node, TaskState state) {
        store.write(tx -> tx.create(Task.newBuilder()
                .setId(id)
                .setServiceId("web")
                .setNodeId(node)
                .setDesiredState(TaskState.RUNNING)
                .setStatus(TaskStatus.newBuilder().setState(state))
                .build()));
        loops.settle();
    }
}
