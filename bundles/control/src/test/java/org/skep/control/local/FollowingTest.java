package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.local.Manager.spec;
import static org.skep.control.testing.Users.ANN;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.control.Logs;
import org.skep.control.ServiceChanges;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Service;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.protocol.session.LogBroker;

class FollowingTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Manager manager = Manager.leading();
    private final LocalServices services = new LocalServices(manager.access, new Strategies());
    private final Service web = services.create(spec("web"), ANN);

    @Nested
    class Changes {

        private final LocalServiceChanges changes = new LocalServiceChanges(manager.access);

        @Test
        void startsWithTheStateAndSkipsWhatIsEqual() throws Exception {
            try (ServiceChanges.Follower follower = changes.follow(web.getId())) {
                assertThat(follower.next(LIMIT).tasks()).isEmpty();
                assertThat(follower.next(Duration.ZERO)).isNull();

                manager.givenTask(Manager.task("t1", web.getId(), "web", 1, TaskState.NEW));
                manager.givenTask(Manager.task("t2", web.getId(), "web", 2, TaskState.NEW));
                assertThat(follower.next(LIMIT).tasks()).hasSize(2);

                services.create(spec("other"), ANN);
                assertThat(follower.next(Duration.ZERO)).isNull();
            }
        }

        @Test
        void tellsThatTheServiceIsGone() throws Exception {
            try (ServiceChanges.Follower follower = changes.follow(web.getId())) {
                follower.next(LIMIT);
                services.remove("web");
                assertRefused("NOT_FOUND", "service", () -> follower.next(LIMIT));
            }
            assertRefused("NOT_FOUND", "service", () -> changes.follow(web.getId()));
        }

        @Test
        void closingWakesTheFollower() throws Exception {
            ServiceChanges.Follower follower = changes.follow(web.getId());
            follower.next(LIMIT);

            changes.close();

            assertRefused("INTERRUPTED", "no longer", () -> follower.next(LIMIT));
        }
    }

    @Nested
    class LogLines {

        private final LocalLogs logs = new LocalLogs(manager.access);
        private final Broker broker = new Broker();
        private final List<String> read = new ArrayList<>();
        private final BlockingQueue<String> warned = new LinkedBlockingQueue<>();

        /** Hands out what a test says. */
        private static final class Broker implements LogBroker {
            private final CountDownLatch subscribed = new CountDownLatch(1);
            private final CountDownLatch closed = new CountDownLatch(1);
            private LogSelector selector;
            private LogSubscriptionOptions options;
            private Consumer<LogMessage> lines;
            private Consumer<List<String>> end;

            @Override
            public Subscription subscribe(
                    LogSelector selected,
                    LogSubscriptionOptions wanted,
                    Consumer<LogMessage> toLines,
                    Consumer<String> toWarnings,
                    Consumer<List<String>> toEnd) {
                selector = selected;
                options = wanted;
                lines = toLines;
                end = toEnd;
                subscribed.countDown();
                return closed::countDown;
            }

            void say(String text) {
                say(0, text);
            }

            void say(long second, String text) {
                lines.accept(LogMessage.newBuilder()
                        .setTimestamp(Times.timestamp(Instant.ofEpochSecond(second)))
                        .setData(ByteString.copyFromUtf8(text))
                        .build());
            }
        }

        private CompletableFuture<List<String>> reading(String reference, Logs.Query query) throws Exception {
            logs.bindBroker(broker);
            CompletableFuture<List<String>> result = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            logs.read(
                                    reference,
                                    query,
                                    line -> read.add(line.getData().toStringUtf8()),
                                    warned::add);
                            result.complete(List.copyOf(warned));
                        } catch (InterruptedException | RuntimeException e) {
                            result.completeExceptionally(e);
                        }
                    })
                    .start();
            assertThat(broker.subscribed.await(10, TimeUnit.SECONDS)).isTrue();
            return result;
        }

        @Test
        void readsToTheEndAndReturnsWarnings() throws Exception {
            CompletableFuture<List<String>> result =
                    reading("web", new Logs.Query(false, 10, Instant.ofEpochSecond(7)));

            broker.say("one");
            broker.say("two");
            broker.end.accept(List.of("node beta does not answer"));

            assertThat(result.get(10, TimeUnit.SECONDS)).containsExactly("node beta does not answer");
            assertThat(read).containsExactly("one", "two");
            assertThat(broker.selector.getServiceIdsList()).containsExactly(web.getId());
            assertThat(broker.options.getTail()).isEqualTo(-11);
            assertThat(broker.options.getSince().getSeconds()).isEqualTo(7);
            assertThat(broker.closed.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void aTaskCanBeAskedForAndABrokerMayGo() throws Exception {
            manager.givenTask(Manager.task("t1", web.getId(), "web", 1, TaskState.RUNNING));
            CompletableFuture<List<String>> result = reading("web.1", new Logs.Query(true, -1, Instant.MIN));
            broker.say("one");

            logs.unbindBroker(broker);

            assertThat(result.handle((warnings, failure) -> failure).get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            SkepException.class, e -> assertThat(e.code()).isEqualTo("NO_LEADER"));
            assertThat(read).containsExactly("one");
            assertThat(broker.selector.getTaskIdsList()).containsExactly("t1");
            assertThat(broker.options.getTail()).isZero();
            assertThat(broker.options.hasSince()).isFalse();
            assertThat(broker.options.getFollow()).isTrue();
        }

        @Test
        void onlyLinesThatMatchComeAndNoneOfLater() throws Exception {
            Instant until = Instant.ofEpochSecond(100);
            CompletableFuture<List<String>> result =
                    reading("web", new Logs.Query(true, -1, Instant.MIN, until, "^GET .*5\\d\\d$"));
            assertThat(broker.options.getFollow())
                    .as("what has passed is not followed")
                    .isFalse();
            broker.say(1, "GET / 200\n");
            broker.say(2, "GET / 503\r\n");
            broker.say(3, "POST / 500");
            broker.say(100, "GET /x 500");
            broker.say(101, "GET /y 500");
            broker.end.accept(List.of());
            result.get(10, TimeUnit.SECONDS);
            assertThat(read).containsExactly("GET / 503\r\n", "GET /x 500");
        }

        @Test
        void whoFollowsUntilAMomentIsLetGoThen() throws Exception {
            CompletableFuture<List<String>> result = reading(
                    "web", new Logs.Query(true, -1, Instant.MIN, Instant.now().plusSeconds(1), ""));
            assertThat(broker.options.getFollow()).isTrue();
            broker.say("one");
            assertThat(result.get(10, TimeUnit.SECONDS)).isEmpty();
            assertThat(read).containsExactly("one");
            assertThat(broker.closed.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void anExpressionThatIsNoneOrNeverEndsIsAnError() throws Exception {
            manager.givenTask(Manager.task("t1", web.getId(), "web", 1, TaskState.RUNNING));
            logs.bindBroker(broker);
            assertRefused(
                    "PATTERN_INVALID",
                    "'(' is not a regular expression",
                    () -> logs.read(
                            "web", new Logs.Query(true, -1, Instant.MIN, Instant.MAX, "("), line -> {}, warned::add));
            CompletableFuture<List<String>> result =
                    reading("web", new Logs.Query(true, -1, Instant.MIN, Instant.MAX, "(a*)*(a*)*b"));
            broker.say("a".repeat(5_000));
            assertThat(result.handle((warnings, failure) -> failure).get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            SkepException.class, e -> assertThat(e.code()).isEqualTo("PATTERN_TOO_COSTLY"));
        }

        private void state(Node node, NodeStatus.State state) {
            manager.store.write(tx -> tx.update(tx.nodes().get(node.getId()).orElseThrow().toBuilder()
                    .setStatus(NodeStatus.newBuilder().setState(state))
                    .build()));
        }

        @Test
        void whoFollowsHearsOfLostNodesAsTheyAreLost() throws Exception {
            Node beta = manager.givenNode("b".repeat(25), "beta");
            Node other = manager.givenNode("c".repeat(25), "other");
            Node gone = manager.givenNode("d".repeat(25), "gone");
            manager.givenTask(
                    Manager.task("t1", web.getId(), "web", 1, TaskState.RUNNING).setNodeId(beta.getId()));
            manager.givenTask(
                    Manager.task("t2", web.getId(), "web", 2, TaskState.RUNNING).setNodeId(gone.getId()));
            manager.givenTask(
                    Manager.task("t3", web.getId(), "web", 3, TaskState.FAILED).setNodeId(other.getId()));
            state(gone, NodeStatus.State.DOWN);
            CompletableFuture<List<String>> result = reading("web", new Logs.Query(true, -1, Instant.MIN));

            assertThat(warned.poll(10, TimeUnit.SECONDS))
                    .startsWith("node gone (ddd")
                    .endsWith("is down: its lines are missing");
            state(other, NodeStatus.State.DOWN);
            state(beta, NodeStatus.State.DOWN);
            assertThat(warned.poll(10, TimeUnit.SECONDS)).startsWith("node beta (bbb");
            state(beta, NodeStatus.State.READY);
            state(beta, NodeStatus.State.DOWN);
            assertThat(warned.poll(10, TimeUnit.SECONDS)).startsWith("node beta (bbb");

            broker.end.accept(List.of("the end"));
            assertThat(result.get(10, TimeUnit.SECONDS)).containsExactly("the end");
        }

        @Test
        void whatIsNotThereIsNamed() {
            Logs.Query query = new Logs.Query(false, -1, Instant.MIN);

            assertRefused(
                    "NOT_FOUND",
                    "no such service or task: nope",
                    () -> logs.read("nope", query, line -> {}, warned::add));
            assertRefused("NO_LEADER", "no leader", () -> logs.read("web", query, line -> {}, warned::add));
        }
    }
}
