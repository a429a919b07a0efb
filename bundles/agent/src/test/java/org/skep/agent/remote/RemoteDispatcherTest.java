package org.skep.agent.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeFacts;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.LogMessage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;
import org.skep.rpc.Connections;

class RemoteDispatcherTest {

    private static final NodeDescription ALPHA =
            NodeDescription.newBuilder().setHostname("alpha").build();

    private final WireManager manager = new WireManager();
    private final WireManager other = new WireManager();
    private final Managers managers = new Managers();
    private final FakeCredentials credentials = new FakeCredentials();
    private final Ears ears = new Ears();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private volatile boolean withoutBeats;
    private RemoteDispatcher dispatcher;

    /** What a session tells. */
    private static final class Ears implements SessionListener {
        private final List<SessionMessage> facts = new CopyOnWriteArrayList<>();
        private final List<AssignmentsMessage> assignments = new CopyOnWriteArrayList<>();
        private final List<SubscriptionMessage> subscriptions = new CopyOnWriteArrayList<>();
        private final List<ReachRequest> questions = new CopyOnWriteArrayList<>();
        private final List<String> closed = new CopyOnWriteArrayList<>();
        private final List<String> renewed = new CopyOnWriteArrayList<>();

        @Override
        public void session(SessionMessage message) {
            facts.add(message);
        }

        @Override
        public void assignments(AssignmentsMessage message) {
            assignments.add(message);
        }

        @Override
        public void subscription(SubscriptionMessage message) {
            subscriptions.add(message);
        }

        @Override
        public void reach(ReachRequest request) {
            questions.add(request);
        }

        @Override
        public void closed(String reason) {
            closed.add(reason);
        }

        @Override
        public void renewed(String reason) {
            renewed.add(reason);
        }
    }

    private final class Broken implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            if (withoutBeats && method.equals(DispatcherGrpc.getHeartbeatMethod())) {
                throw new IllegalStateException("no connection can be made");
            }
            return next.newCall(method, options);
        }
    }

    private final class Managers implements KnownManagers, Connections {
        private final List<Manager> known = new ArrayList<>();
        private final Map<Endpoint, Channel> channels = new HashMap<>();

        void add(String id, WireManager manager) {
            Endpoint address = new Endpoint("10.0.0." + (known.size() + 1), 2377);
            known.add(new Manager(id, address));
            channels.put(address, ClientInterceptors.intercept(manager.channel(), new Broken()));
        }

        @Override
        public List<Manager> all() {
            return List.copyOf(known);
        }

        @Override
        public void update(List<Manager> managers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Follower follow(Runnable listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Channel to(Endpoint address) {
            return channels.get(address);
        }

        @Override
        public Channel to(String nodeId) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void start() {
        managers.add("m1", manager);
        dispatcher = new RemoteDispatcher(managers, managers, credentials);
        dispatcher.setDaemon(failures::add);
        dispatcher.setFacts(new NodeFacts() {
            @Override
            public void told(Facts facts) {}

            @Override
            public void refused(String reason) {
                refusals.add(reason);
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        dispatcher.close();
        manager.close();
        other.close();
    }

    private WorkerSession open() {
        return dispatcher.open("n1", ALPHA, ears);
    }

    @Test
    void aSessionHearsAndBeats() {
        open();
        assertThat(ears.facts).singleElement().matches(message -> message.getSessionId()
                .equals("s1"));
        eventually("assignments", () -> ears.assignments.size() == 1);
        eventually("several heartbeats", () -> manager.beats.size() > 3);
        assertThat(manager.beats).allMatch(beat -> beat.getSessionId().equals("s1"));
        eventually("it listens", () -> manager.subscriptions.size() == 1);
        manager.subscriptions
                .get(0)
                .onNext(SubscriptionMessage.newBuilder().setId("l").build());
        eventually("a subscription", () -> ears.subscriptions.size() == 1);
        assertThat(ears.closed).isEmpty();
        assertThat(manager.managerAddresses).isEmpty();
    }

    @Test
    void aSessionIsAskedAndAnswers() {
        WorkerSession session = open();
        eventually("it listens", () -> manager.questions.size() == 1);
        manager.questions.get(0).onNext(ReachRequest.newBuilder().setId("r1").build());
        eventually("a question", () -> ears.questions.size() == 1);

        CompletableFuture<Void> wanted = new CompletableFuture<>();
        Intake<FromNode> answers = session.converse("r1", new Intake<ToNode>() {
            @Override
            public CompletionStage<Void> take(ToNode message) {
                return CompletableFuture.completedStage(null);
            }

            @Override
            public void end() {
                wanted.complete(null);
            }

            @Override
            public void fail(RuntimeException why) {
                wanted.completeExceptionally(why);
            }
        });
        answers.take(FromNode.newBuilder()
                .setExec(ExecOutput.newBuilder().setExitCode(7))
                .build());
        answers.end();

        eventually("it is over", wanted::isDone);
        assertThat(wanted).isCompleted();
        assertThat(manager.answers).hasSize(2);
        assertThat(manager.answers.get(0).getRequestId()).isEqualTo("r1");
        assertThat(manager.answers.get(1).getExec().getExitCode()).isEqualTo(7);
    }

    @Test
    void aManagerThatAsksNothingKeepsTheSession() {
        manager.withoutQuestions = true;
        open();
        eventually("several heartbeats", () -> manager.beats.size() > 3);
        assertThat(ears.closed).isEmpty();
    }

    @Test
    void aManagerThatAnswersNoMoreLosesTheSession() {
        open();
        eventually("a heartbeat", () -> !manager.beats.isEmpty());
        manager.frozen = true;
        eventually("it is over", () -> !ears.closed.isEmpty());
        assertThat(ears.closed).containsExactly("the manager does not answer");
    }

    @Test
    void aSessionWhoseHeartStopsIsOver() {
        open();
        eventually("a heartbeat", () -> !manager.beats.isEmpty());
        withoutBeats = true;
        eventually("it is over", () -> !ears.closed.isEmpty());
    }

    @Test
    void aManagerThatRefusesAHeartbeatIsNotTheSwarm() {
        open();
        eventually("a heartbeat", () -> !manager.beats.isEmpty());
        manager.beatRefusal = Optional.of(Status.PERMISSION_DENIED.withDescription("node m1 is no manager any more"));
        eventually("it is over", () -> !ears.closed.isEmpty());
        assertThat(refusals).isEmpty();
    }

    @Test
    void aSessionThatTheManagerEndsIsOverOnce() {
        WorkerSession session = open();
        eventually("assignments", () -> ears.assignments.size() == 1);
        manager.facts
                .get(0)
                .onError(Status.ABORTED.withDescription("no longer leads").asRuntimeException());
        eventually("it is over", () -> !ears.closed.isEmpty());
        assertThat(session.updateTaskStatus(List.of(TaskStatusUpdate.getDefaultInstance()))
                        .toCompletableFuture())
                .isCompletedExceptionally();
        session.close();
        assertThat(ears.closed).containsExactly("no longer leads");
    }

    @Test
    void aClosedSessionHearsNothingMore() {
        WorkerSession session = open();
        eventually("assignments", () -> ears.assignments.size() == 1);
        session.close();
        eventually("the manager knows", () -> ((io.grpc.stub.ServerCallStreamObserver<?>) manager.facts.get(0))
                .isCancelled());
        assertThat(ears.closed).isEmpty();
        assertThat(refusals).isEmpty();
    }

    @Test
    void aGapInTheAssignmentsIsFilledByAskingForAll() {
        open();
        eventually("assignments", () -> ears.assignments.size() == 1);
        manager.say(AssignmentsMessage.Type.INCREMENTAL, "1", "2");
        manager.say(AssignmentsMessage.Type.INCREMENTAL, "3", "4");
        eventually("asked again", () -> manager.assignments.size() == 2 && ears.assignments.size() == 3);
        assertThat(ears.assignments)
                .extracting(AssignmentsMessage::getType)
                .containsExactly(
                        AssignmentsMessage.Type.COMPLETE,
                        AssignmentsMessage.Type.INCREMENTAL,
                        AssignmentsMessage.Type.COMPLETE);
        assertThat(ears.closed).isEmpty();
    }

    @Test
    void aNodeDescribesItselfAnewInTheSameSession() {
        WorkerSession session = open();
        session.describe(NodeDescription.newBuilder().setHostname("beta").build());
        eventually("described", () -> manager.sessions.size() == 2);
        assertThat(manager.sessions.get(1).getSessionId()).isEqualTo("s1");
        // As a manager may end the stream that is not needed any more.
        manager.facts.get(0).onError(Status.ABORTED.asRuntimeException());
        eventually("facts come on the new one", () -> ears.facts.size() == 2);
        eventually("assignments", () -> ears.assignments.size() == 1);
        manager.say(AssignmentsMessage.Type.INCREMENTAL, "1", "2");
        eventually("the session goes on", () -> ears.assignments.size() == 2);
        assertThat(ears.closed).isEmpty();
    }

    @Test
    void manyStatusesTravelInPieces() {
        WorkerSession session = open();
        List<TaskStatusUpdate> updates = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            updates.add(TaskStatusUpdate.newBuilder().setTaskId("t" + i).build());
        }
        CompletionStage<Void> stored = session.updateTaskStatus(updates);
        eventually("stored", () -> stored.toCompletableFuture().isDone());
        assertThat(stored.toCompletableFuture()).isCompleted();
        assertThat(manager.statuses).hasSize(3);
    }

    @Test
    void whatFailedIsLeftOut() {
        manager.close();
        assertThatThrownBy(this::open).hasMessageContaining("10.0.0.1:2377");
        managers.add("m2", other);
        for (int i = 0; i < 20; i++) {
            open().close();
        }
        assertThat(other.sessions).hasSize(20);
    }

    @Test
    void aNodeThatIsNotWantedSaysSo() {
        manager.refusal = Optional.of(Status.NOT_FOUND.withDescription("not part of this swarm"));
        assertThatThrownBy(this::open).hasMessageContaining("not part of this swarm");
        assertThat(refusals).containsExactly("not part of this swarm");
        assertThat(failures).isEmpty();
    }

    @Test
    void aSecondDaemonWithTheSameIdentityStops() {
        manager.refusal = Optional.of(Status.ALREADY_EXISTS.withDescription("another daemon runs"));
        assertThatThrownBy(this::open).hasMessageContaining("another daemon runs");
        assertThat(failures).containsExactly("another daemon runs");
    }

    @Test
    void aNodeWithAnotherRoleOpensAnotherSession() {
        Endpoint address = new Endpoint("10.0.0.9", 2377);
        dispatcher.setAddresses(new NodeAddresses(address, address));
        open();
        credentials.become(false);
        assertThat(ears.renewed).isEmpty();
        credentials.become(true);
        assertThat(ears.renewed).containsExactly("this node is a manager now");
        open();
        assertThat(manager.managerAddresses).containsOnly("10.0.0.9:2377");

        Endpoint moved = new Endpoint("host.example", 2377);
        dispatcher.setAddresses(new NodeAddresses(moved, moved));
        assertThat(ears.renewed).hasSize(2);
        assertThat(ears.closed).isEmpty();
    }

    @Test
    void withoutLogsTheSessionGoesOn() {
        manager.withoutLogs = true;
        open();
        eventually("several heartbeats", () -> manager.beats.size() > 3);
        assertThat(ears.closed).isEmpty();
    }

    @Test
    void linesWaitForTheReader() {
        manager.silentReader = true;
        WorkerSession session = open();
        CompletionStage<Void> last;
        int sent = 0;
        do {
            last = session.publishLogs(line("l"));
            sent++;
        } while (last.toCompletableFuture().isDone() && sent < 10_000);
        assertThat(last.toCompletableFuture()).isNotDone();
        eventually("the manager hears of it", () -> !manager.publications.isEmpty());
        manager.publications.get(0).request(100_000);
        CompletionStage<Void> waiting = last;
        eventually("the line is taken", () -> waiting.toCompletableFuture().isDone());

        int all = sent;
        session.publishLogs(PublishLogsMessage.newBuilder()
                .setSubscriptionId("l")
                .setClose(true)
                .build());
        eventually("all lines arrive", () -> manager.logs.size() == all + 1);
    }

    @Test
    void linesThatNobodyWantsFail() {
        WorkerSession session = open();
        session.publishLogs(line("l"));
        eventually("the line arrives", () -> !manager.logs.isEmpty());
        manager.publications.get(0).onError(Status.NOT_FOUND.asRuntimeException());
        eventually(
                "the next one fails",
                () -> session.publishLogs(line("l")).toCompletableFuture().isCompletedExceptionally());
        session.close();
        assertThat(session.publishLogs(line("m")).toCompletableFuture()).isCompletedExceptionally();
    }

    private static PublishLogsMessage line(String subscription) {
        return PublishLogsMessage.newBuilder()
                .setSubscriptionId(subscription)
                .addMessages(LogMessage.newBuilder().setData(ByteString.copyFromUtf8("text")))
                .build();
    }
}
