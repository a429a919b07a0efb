package org.skep.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.PublishLogsResponse;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.rpc.Caller;
import org.skep.rpc.RemoteErrors;

@Timeout(60)
class ForwardingTest {

    private final Swarm swarm = new Swarm();
    private Swarm.Manager leader;
    private Swarm.Manager follower;

    @BeforeEach
    void start() {
        leader = swarm.manager("m1");
        follower = swarm.manager("m2");
        leader.consensus.lead("m1");
        follower.consensus.lead("m1");
    }

    @AfterEach
    void close() throws Exception {
        swarm.close();
    }

    @Test
    void tellsTheLeaderWhoCalls() throws Exception {
        Services.Heartbeats service = new Services.Heartbeats();
        leader.serve(service);

        DispatcherGrpc.newBlockingStub(swarm.worker("w1", follower)).heartbeat(HeartbeatRequest.getDefaultInstance());

        Caller caller = service.callers.take();
        assertThat(caller.identity()).contains(new NodeIdentity("w1", false, Swarm.CLUSTER));
        assertThat(caller.instance()).isEqualTo("instance of w1");
        assertThat(caller.address()).startsWith("127.0.0.1:");
        assertThat(caller.forwardedBy()).isEqualTo("m2");
    }

    @Test
    void neverLendsItsOwnCertificate() throws Exception {
        Services.Roots service = new Services.Roots();
        leader.serve(service).serve(new Services.Heartbeats());

        CAGrpc.newBlockingStub(swarm.anonymous(follower))
                .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance());

        assertThat(service.callers.take().identity()).isEmpty();
        assertStatus(
                () -> DispatcherGrpc.newBlockingStub(swarm.anonymous(follower))
                        .heartbeat(HeartbeatRequest.getDefaultInstance()),
                Status.Code.PERMISSION_DENIED);
    }

    @Test
    void believesOnlyManagers() throws Exception {
        Services.Heartbeats service = new Services.Heartbeats();
        leader.serve(service);
        Metadata forged = new Metadata();
        put(forged, "forwarded_cert", "true");
        put(forged, "forwarded_cert_cn", "m9");
        put(forged, "forwarded_cert_org", Swarm.CLUSTER);
        put(forged, "forwarded_cert_ou", "swarm-manager");
        put(forged, "remote_addr", "10.0.0.9:1");
        put(forged, "redirect", "10.0.0.9:1");

        for (Swarm.Manager manager : List.of(leader, follower)) {
            DispatcherGrpc.newBlockingStub(swarm.worker("w1", manager))
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(forged))
                    .heartbeat(HeartbeatRequest.getDefaultInstance());
            Caller caller = service.callers.take();
            assertThat(caller.identity()).contains(new NodeIdentity("w1", false, Swarm.CLUSTER));
            assertThat(caller.address()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void doesNotBelieveAManagerThatWasDemoted() {
        Services.Heartbeats service = new Services.Heartbeats();
        leader.serve(service);
        swarm.store.write(tx -> tx.create(
                Node.newBuilder().setId("m2").setRole(NodeRole.NODE_ROLE_WORKER).build()));

        assertStatus(
                () -> DispatcherGrpc.newBlockingStub(swarm.worker("w1", follower))
                        .heartbeat(HeartbeatRequest.getDefaultInstance()),
                Status.Code.UNAVAILABLE);
        assertThat(service.callers).isEmpty();
    }

    @Test
    void passesOnOnce() {
        leader.consensus.lead("m2");

        assertStatus(
                () -> DispatcherGrpc.newBlockingStub(swarm.worker("w1", follower))
                        .heartbeat(HeartbeatRequest.getDefaultInstance()),
                Status.Code.RESOURCE_EXHAUSTED);
    }

    /** Whose follower has not heard yet that the manager was removed would otherwise vouch for what it says. */
    @Test
    void vouchesForNobodyItHasNotSeen() {
        Services.Heartbeats service = new Services.Heartbeats();
        leader.serve(service);

        assertStatus(() -> heartbeatAs("m9", follower), Status.Code.RESOURCE_EXHAUSTED);
        assertThat(service.callers).isEmpty();
    }

    @Test
    void believesNoManagerBeforeItHasItsState() throws Exception {
        Services.Heartbeats service = new Services.Heartbeats();
        leader.serve(service).server.unbindStore(swarm.store);

        assertStatus(() -> heartbeatAs("w2", leader), Status.Code.UNAVAILABLE);
        assertThat(service.callers).isEmpty();

        leader.server.bindStore(swarm.store);
        heartbeatAs("w2", leader);
        assertThat(service.callers.take().forwardedBy()).isEqualTo("m3");
    }

    @Test
    void refusesCallersOfOtherSwarms() {
        leader.serve(new Services.Heartbeats());

        assertStatus(() -> heartbeatAs("w1", "another", leader), Status.Code.PERMISSION_DENIED);
    }

    private void heartbeatAs(String nodeId, Swarm.Manager to) {
        heartbeatAs(nodeId, Swarm.CLUSTER, to);
    }

    /** As the manager m3 passes it on, without a word of the way it took. */
    private void heartbeatAs(String nodeId, String cluster, Swarm.Manager to) {
        Metadata passedOn = new Metadata();
        put(passedOn, "forwarded_cert", "true");
        put(passedOn, "forwarded_cert_cn", nodeId);
        put(passedOn, "forwarded_cert_org", cluster);
        put(passedOn, "forwarded_cert_ou", "swarm-manager");
        DispatcherGrpc.newBlockingStub(swarm.manager("m3", to))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(passedOn))
                .heartbeat(HeartbeatRequest.getDefaultInstance());
    }

    @Test
    void saysThatThereIsNoLeader() {
        Swarm.Manager lonely = swarm.manager("m3");

        assertThatThrownBy(() -> DispatcherGrpc.newBlockingStub(swarm.worker("w1", lonely))
                        .heartbeat(HeartbeatRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
                    SkepException error = RemoteErrors.of(failure);
                    assertThat(error.code()).isEqualTo("NO_LEADER");
                    assertThat(error.getMessage()).contains("no leader");
                });
    }

    @Test
    void waitsForALeader() throws Exception {
        leader.serve(new Services.Heartbeats());
        Swarm.Manager late = swarm.manager("m3");
        CompletableFuture<Void> call =
                CompletableFuture.runAsync(() -> DispatcherGrpc.newBlockingStub(swarm.worker("w1", late))
                        .heartbeat(HeartbeatRequest.getDefaultInstance()));

        late.consensus.lead("m1");

        call.get(10, TimeUnit.SECONDS);
    }

    /** The leader that is known may be gone already. */
    @Test
    void triesTheNextLeaderIfTheLastOneIsGone() throws Exception {
        leader.serve(new Services.Heartbeats());
        Swarm.Manager patient = swarm.manager("m3", Duration.ofSeconds(10));
        swarm.know("gone", new Endpoint("127.0.0.1", Swarm.freePort()));
        patient.consensus.lead("gone");
        Channel worker = swarm.worker("w1", patient);
        CompletableFuture<Void> call = CompletableFuture.runAsync(
                () -> DispatcherGrpc.newBlockingStub(worker).heartbeat(HeartbeatRequest.getDefaultInstance()));
        CompletableFuture<Void> logs = new CompletableFuture<>();
        leader.serve(new LogBrokerGrpc.LogBrokerImplBase() {
            @Override
            public StreamObserver<PublishLogsMessage> publishLogs(StreamObserver<PublishLogsResponse> answer) {
                return new Collecting<>(answer, PublishLogsResponse.getDefaultInstance(), 2);
            }
        });
        StreamObserver<PublishLogsMessage> stream =
                LogBrokerGrpc.newStub(worker).publishLogs(new Outcome<>(logs));
        stream.onNext(PublishLogsMessage.getDefaultInstance());
        stream.onNext(PublishLogsMessage.getDefaultInstance());
        stream.onCompleted();

        patient.consensus.lead("m1");

        call.get(10, TimeUnit.SECONDS);
        logs.get(10, TimeUnit.SECONDS);
    }

    /** It may lead no more, or not serve yet. */
    @Test
    void waitsUntilTheLeaderTakesTheCall() throws Exception {
        leader.consensus.lead("m2");
        Swarm.Manager patient = swarm.manager("m3", Duration.ofSeconds(10));
        patient.consensus.lead("m1");
        CompletableFuture<Void> call =
                CompletableFuture.runAsync(() -> DispatcherGrpc.newBlockingStub(swarm.worker("w1", patient))
                        .heartbeat(HeartbeatRequest.getDefaultInstance()));
        assertThatThrownBy(() -> call.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        leader.serve(new Services.Heartbeats());

        call.get(10, TimeUnit.SECONDS);
    }

    @Test
    void passesOnErrors() {
        leader.serve(new Services.Heartbeats(request -> {
            throw SkepException.user("NOT_FOUND", "no session", "");
        }));

        assertStatus(
                () -> DispatcherGrpc.newBlockingStub(swarm.worker("w1", follower))
                        .heartbeat(HeartbeatRequest.getDefaultInstance()),
                Status.Code.NOT_FOUND);
    }

    @Test
    void streamsBothWays() throws Exception {
        leader.serve(new LogBrokerGrpc.LogBrokerImplBase() {
            @Override
            public StreamObserver<PublishLogsMessage> publishLogs(StreamObserver<PublishLogsResponse> answer) {
                return new Collecting<>(answer, PublishLogsResponse.getDefaultInstance(), 50);
            }
        });
        leader.serve(new DispatcherGrpc.DispatcherImplBase() {
            @Override
            public void assignments(AssignmentsRequest request, StreamObserver<AssignmentsMessage> answer) {
                for (int i = 0; i < 50; i++) {
                    answer.onNext(
                            AssignmentsMessage.newBuilder().setResultsIn("" + i).build());
                }
                answer.onCompleted();
            }
        });

        CompletableFuture<Void> done = new CompletableFuture<>();
        StreamObserver<PublishLogsMessage> logs =
                LogBrokerGrpc.newStub(swarm.worker("w1", follower)).publishLogs(new Outcome<>(done));
        for (int i = 0; i < 50; i++) {
            logs.onNext(
                    PublishLogsMessage.newBuilder().setSubscriptionId("" + i).build());
        }
        logs.onCompleted();
        done.get(10, TimeUnit.SECONDS);

        Iterator<AssignmentsMessage> messages = DispatcherGrpc.newBlockingStub(swarm.worker("w2", follower))
                .assignments(AssignmentsRequest.getDefaultInstance());
        for (int i = 0; i < 50; i++) {
            assertThat(messages.next().getResultsIn()).isEqualTo("" + i);
        }
        assertThat(messages.hasNext()).isFalse();
    }

    @Test
    void passesOnThatTheCallerHasGivenUp() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        leader.serve(sessions(cancelled));
        Context.CancellableContext context = Context.current().withCancellation();

        context.run(() -> DispatcherGrpc.newBlockingStub(swarm.worker("w1", follower))
                .session(SessionRequest.getDefaultInstance())
                .next());
        context.cancel(null);

        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsCallsToALeaderThatIsNoneAnyMore() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        leader.serve(sessions(cancelled));
        Iterator<SessionMessage> session = DispatcherGrpc.newBlockingStub(swarm.worker("w1", follower))
                .session(SessionRequest.getDefaultInstance());
        session.next();

        follower.consensus.lead("m2");

        assertStatus(session::next, Status.Code.UNAVAILABLE);
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void holdsTheLeaderBackWhenTheCallerIsSlow() throws Exception {
        int size = 100_000;
        int all = 200;
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean completed = new AtomicBoolean();
        BlockingQueue<Integer> paused = new LinkedBlockingQueue<>();
        leader.serve(new DispatcherGrpc.DispatcherImplBase() {
            @Override
            public void assignments(AssignmentsRequest request, StreamObserver<AssignmentsMessage> answer) {
                ServerCallStreamObserver<AssignmentsMessage> call =
                        (ServerCallStreamObserver<AssignmentsMessage>) answer;
                call.setOnReadyHandler(() -> {
                    while (call.isReady() && sent.get() < all) {
                        sent.incrementAndGet();
                        call.onNext(AssignmentsMessage.newBuilder()
                                .setResultsIn("x".repeat(size))
                                .build());
                    }
                    paused.add(sent.get());
                    if (sent.get() == all && completed.compareAndSet(false, true)) {
                        call.onCompleted();
                    }
                });
            }
        });
        AtomicInteger received = new AtomicInteger();
        CompletableFuture<ClientCallStreamObserver<AssignmentsRequest>> reader = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        DispatcherGrpc.newStub(swarm.worker("w1", follower))
                .assignments(AssignmentsRequest.getDefaultInstance(), new SlowReader(reader, received, done));

        // Nothing is read: the leader stops by itself, long before the end.
        int last = paused.take();
        for (Integer more = last; more != null; more = paused.poll(1, TimeUnit.SECONDS)) {
            last = more;
        }
        assertThat(last * (long) size).isLessThan(10_000_000);
        assertThat(received.get()).isZero();

        reader.get().request(all);
        done.get(30, TimeUnit.SECONDS);
        assertThat(received.get()).isEqualTo(all);
    }

    private static DispatcherGrpc.DispatcherImplBase sessions(CountDownLatch cancelled) {
        return new DispatcherGrpc.DispatcherImplBase() {
            @Override
            public void session(SessionRequest request, StreamObserver<SessionMessage> answer) {
                ((ServerCallStreamObserver<SessionMessage>) answer).setOnCancelHandler(cancelled::countDown);
                answer.onNext(SessionMessage.newBuilder()
                        .setRootCA(ByteString.copyFromUtf8("root"))
                        .build());
            }
        };
    }

    private static void put(Metadata headers, String key, String value) {
        headers.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    }

    private static void assertStatus(ThrowingCallable call, Status.Code code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> assertThat(
                        failure.getStatus().getCode())
                .as(failure.getMessage())
                .isEqualTo(code));
    }

    /** Answers once so many messages have come. */
    private static final class Collecting<Q, A> implements StreamObserver<Q> {
        private final StreamObserver<A> answer;
        private final A result;
        private final int wanted;
        private int count;

        Collecting(StreamObserver<A> answer, A result, int wanted) {
            this.answer = answer;
            this.result = result;
            this.wanted = wanted;
        }

        @Override
        public void onNext(Q message) {
            count++;
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
            if (count == wanted) {
                answer.onNext(result);
                answer.onCompleted();
            } else {
                answer.onError(Status.DATA_LOSS.asRuntimeException());
            }
        }
    }

    private record Outcome<A>(CompletableFuture<Void> done) implements StreamObserver<A> {
        @Override
        public void onNext(A message) {}

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(null);
        }
    }

    /** Asks for nothing by itself. */
    private record SlowReader(
            CompletableFuture<ClientCallStreamObserver<AssignmentsRequest>> reader,
            AtomicInteger received,
            CompletableFuture<Void> done)
            implements ClientResponseObserver<AssignmentsRequest, AssignmentsMessage> {
        @Override
        public void beforeStart(ClientCallStreamObserver<AssignmentsRequest> call) {
            call.disableAutoRequestWithInitial(0);
            reader.complete(call);
        }

        @Override
        public void onNext(AssignmentsMessage message) {
            received.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(null);
        }
    }
}
