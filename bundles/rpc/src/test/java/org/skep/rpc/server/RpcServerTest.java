package org.skep.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeIdentity;
import org.skep.api.testing.TestAuthority;
import org.skep.api.testing.TestCredentials;
import org.skep.protocol.AttachNetworkRequest;
import org.skep.protocol.BlacklistedCertificate;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.Cluster;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.GetRootCACertificateResponse;
import org.skep.protocol.HealthCheckRequest;
import org.skep.protocol.HealthCheckResponse.ServingStatus;
import org.skep.protocol.HealthGrpc;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.ResourceAllocatorGrpc;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.Reference;
import org.skep.rpc.Caller;
import org.skep.rpc.RemoteErrors;
import org.skep.rpc.testing.TestManagers;
import org.skep.store.Kind;
import org.slf4j.LoggerFactory;

@Timeout(60)
class RpcServerTest {

    private final Swarm swarm = new Swarm();

    @AfterEach
    void close() throws Exception {
        swarm.close();
    }

    @Test
    void tellsServicesWhoCalls() throws Exception {
        Services.Heartbeats service = new Services.Heartbeats();
        Swarm.Manager manager = swarm.manager("m1").serve(service);

        heartbeat(swarm.worker("w1", manager));

        Caller caller = service.callers.take();
        assertThat(caller.identity()).contains(new NodeIdentity("w1", false, Swarm.CLUSTER));
        assertThat(caller.instance()).isEqualTo("instance of w1");
        assertThat(caller.address()).startsWith("127.0.0.1:");
        assertThat(caller.forwardedBy()).isEmpty();
    }

    @Test
    void servesWhatIsThereAtTheTime() {
        Swarm.Manager manager = swarm.manager("m1");
        manager.consensus.lead("m1");
        Channel worker = swarm.worker("w1", manager);
        Services.Heartbeats first = new Services.Heartbeats();
        Services.Heartbeats second = new Services.Heartbeats();

        assertStatus(() -> heartbeat(worker), Status.Code.UNAVAILABLE);
        manager.serve(first);
        heartbeat(worker);
        manager.serve(second);
        manager.server.unbind(first);
        heartbeat(worker);
        manager.server.unbind(second);
        assertStatus(() -> heartbeat(worker), Status.Code.UNAVAILABLE);

        assertThat(first.callers).hasSize(1);
        assertThat(second.callers).hasSize(1);
    }

    @Test
    void keepsWorkersAndStrangersFromWhatIsForManagers() {
        Swarm.Manager manager = swarm.manager("m1");

        assertThat(health(swarm.manager("m2", manager), "Raft")).isEqualTo(ServingStatus.SERVING);
        assertThat(health(swarm.manager("m3", manager), "")).isEqualTo(ServingStatus.SERVING);
        assertStatus(() -> health(swarm.manager("m4", manager), "Other"), Status.Code.NOT_FOUND);
        assertStatus(() -> health(swarm.worker("w1", manager), ""), Status.Code.PERMISSION_DENIED);
        assertStatus(() -> health(swarm.anonymous(manager), ""), Status.Code.PERMISSION_DENIED);
    }

    @Test
    void givesTheRootToAnyoneAndNothingElse() {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Roots()).serve(new Services.Heartbeats());
        Channel anonymous = swarm.anonymous(manager);

        CAGrpc.newBlockingStub(anonymous).getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance());
        assertStatus(() -> heartbeat(anonymous), Status.Code.PERMISSION_DENIED);
    }

    @Test
    void refusesRemovedNodes() {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats());
        Channel worker = swarm.worker("w1", manager);
        heartbeat(worker);

        swarm.store.write(tx -> tx.create(Cluster.newBuilder()
                .setId(Swarm.CLUSTER)
                .putBlacklistedCertificates("w1", BlacklistedCertificate.getDefaultInstance())
                .build()));

        assertStatus(() -> heartbeat(worker), Status.Code.PERMISSION_DENIED);
        heartbeat(swarm.worker("w2", manager));
    }

    @Test
    void refusesTheOldCertificateOfADemotedManager() {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats());
        Node promoted = Node.newBuilder()
                .setId("m2")
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .build();
        swarm.store.write(tx -> tx.create(promoted));
        Channel other = swarm.manager("m2", manager);
        health(other, "");

        swarm.store.write(tx -> {
            tx.delete(Kind.NODE, "m2");
            tx.create(promoted.toBuilder().setRole(NodeRole.NODE_ROLE_WORKER).build());
        });

        assertStatus(() -> health(other, ""), Status.Code.PERMISSION_DENIED);
        heartbeat(other);
    }

    /** A follower's state may lack a manager that has just joined; the leader's lacks only who was removed. */
    @Test
    void theLeaderRefusesManagersThatItDoesNotKnow() {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats());
        Channel other = swarm.manager("m2", manager);
        swarm.store.write(
                tx -> tx.create(Cluster.newBuilder().setId(Swarm.CLUSTER).build()));
        health(other, "");

        manager.server.bindLead(entry -> CompletableFuture.completedFuture(1L));
        assertStatus(() -> health(other, ""), Status.Code.PERMISSION_DENIED);
        assertStatus(() -> heartbeat(other), Status.Code.PERMISSION_DENIED);

        swarm.store.write(tx -> tx.create(Node.newBuilder()
                .setId("m2")
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .build()));
        health(other, "");
    }

    @Test
    void heartbeatsDoNotWaitForWhatOperatorsAsk() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(32);
        Swarm.Manager manager = swarm.manager("m1")
                .serve(new Services.Heartbeats())
                .serve(new ControlGrpc.ControlImplBase() {
                    @Override
                    public void getNode(Reference request, StreamObserver<Node> answer) {
                        busy.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            return;
                        }
                        answer.onNext(Node.getDefaultInstance());
                        answer.onCompleted();
                    }
                });
        ControlGrpc.ControlFutureStub operator = ControlGrpc.newFutureStub(swarm.manager("m2", manager));
        List<Future<Node>> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.add(operator.getNode(Reference.getDefaultInstance()));
        }
        busy.await();

        heartbeat(swarm.worker("w1", manager));

        release.countDown();
        for (Future<Node> call : slow) {
            call.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void endsRequestsThatDoNotComeToTheirEnd() throws Exception {
        Shares.Limits bytes = new Shares.Limits(1 << 20, 1 << 20);
        Swarm.Manager manager = swarm.manager(
                        "m1",
                        new RpcServer.Limits(
                                Gate.Limits.defaults(),
                                new HalfSaid.Limits(java.time.Duration.ofMillis(200), bytes, bytes),
                                java.time.Duration.ofMillis(300)))
                .serve(new Services.Heartbeats())
                .serve(new Services.Roots());

        assertThat(begin(
                                swarm.worker("w1", manager),
                                DispatcherGrpc.getHeartbeatMethod(),
                                HeartbeatRequest.getDefaultInstance())
                        .get(10, TimeUnit.SECONDS))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(begin(
                                swarm.anonymous(manager),
                                CAGrpc.getGetRootCACertificateMethod(),
                                GetRootCACertificateRequest.getDefaultInstance())
                        .get(10, TimeUnit.SECONDS))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    /** A call that does not say that its message was all. */
    private static <Q, A> CompletableFuture<Status.Code> begin(
            Channel channel, MethodDescriptor<Q, A> method, Q message) {
        CompletableFuture<Status.Code> end = new CompletableFuture<>();
        ClientCall<Q, A> call = channel.newCall(
                method.toBuilder().setType(MethodDescriptor.MethodType.UNKNOWN).build(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status.getCode());
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(message);
        return end;
    }

    @Test
    void refusesCertificatesThatAreExpiredOrForeign() {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats());
        TestAuthority foreign = new TestAuthority();
        TestCredentials expired = new TestCredentials(
                swarm.authority.root(),
                swarm.authority.issue("w1", false, Swarm.CLUSTER, Instant.now().minusSeconds(60)));
        TestCredentials stranger =
                new TestCredentials(swarm.authority.root(), foreign.issue("w1", false, Swarm.CLUSTER));
        TestCredentials neighbour =
                new TestCredentials(swarm.authority.root(), swarm.authority.issue("w1", false, "other"));

        assertStatus(() -> heartbeat(swarm.connections(expired, "").to(manager.endpoint)), Status.Code.UNAVAILABLE);
        assertStatus(() -> heartbeat(swarm.connections(stranger, "").to(manager.endpoint)), Status.Code.UNAVAILABLE);
        assertStatus(() -> heartbeat(swarm.connections(neighbour, "").to(manager.endpoint)), Status.Code.UNAVAILABLE);
    }

    @Test
    void refusesToTalkToAWorkerThatPosesAsManager() {
        Swarm.Manager poser = swarm.manager("m1").serve(new Services.Heartbeats());
        poser.credentials.renew(swarm.authority.issue("m1", false, Swarm.CLUSTER));

        assertStatus(() -> heartbeat(swarm.worker("w1", poser)), Status.Code.UNAVAILABLE);
        assertStatus(
                () -> CAGrpc.newBlockingStub(swarm.anonymous(poser))
                        .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance()),
                Status.Code.UNAVAILABLE);
    }

    @Test
    void sendsErrorsAsTheyAre() {
        SkepException error = SkepException.state("TOO_EARLY", "not yet: größer", "wait a moment – or two");
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats(request -> {
            throw error;
        }));

        assertThatThrownBy(() -> heartbeat(swarm.worker("w1", manager)))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
                    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    SkepException received = RemoteErrors.of(failure);
                    assertThat(received.code()).isEqualTo("TOO_EARLY");
                    assertThat(received.kind()).isEqualTo(error.kind());
                    assertThat(received.line()).isEqualTo(error.line());
                });
    }

    @Test
    void sendsLongErrorsShortened() {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats(request -> {
            throw SkepException.user("LONG", "ü".repeat(20_000), "ß".repeat(20_000));
        }));

        assertThatThrownBy(() -> heartbeat(swarm.worker("w1", manager)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(RemoteErrors.of(failure).code()).isEqualTo("LONG"));
    }

    @Test
    void keepsDefectsToItself() {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats(request -> {
            throw new IllegalStateException("a secret");
        }));

        assertThatThrownBy(() -> heartbeat(swarm.worker("w1", manager)))
                .hasMessageStartingWith("INTERNAL")
                .hasMessageNotContaining("secret");
    }

    @Test
    void takesNoMoreThanFourMegabytesButSendsMore() {
        Swarm.Manager manager = swarm.manager("m1")
                .serve(new Services.Heartbeats(request -> HeartbeatResponse.newBuilder()
                        .setPeriod(Duration.newBuilder()
                                .setSeconds(request.getSessionId().length()))
                        .build()));
        DispatcherGrpc.DispatcherBlockingStub worker = DispatcherGrpc.newBlockingStub(swarm.worker("w1", manager));

        int fits = (4 << 20) - 16;
        assertThat(worker.heartbeat(HeartbeatRequest.newBuilder()
                                .setSessionId("x".repeat(fits))
                                .build())
                        .getPeriod()
                        .getSeconds())
                .isEqualTo(fits);
        assertStatus(
                () -> worker.heartbeat(HeartbeatRequest.newBuilder()
                        .setSessionId("x".repeat(4 << 20))
                        .build()),
                Status.Code.RESOURCE_EXHAUSTED);
    }

    /** Whoever answers there may be anyone. */
    @Test
    void takesLittleFromAManagerThatIsNotKnownYet() {
        Swarm.Manager manager = swarm.manager("m1").serve(new CAGrpc.CAImplBase() {
            @Override
            public void getRootCACertificate(
                    GetRootCACertificateRequest request, StreamObserver<GetRootCACertificateResponse> answer) {
                answer.onNext(GetRootCACertificateResponse.newBuilder()
                        .setCertificate(ByteString.copyFrom(new byte[1 << 20]))
                        .build());
                answer.onCompleted();
            }
        });
        assertStatus(
                () -> CAGrpc.newBlockingStub(swarm.anonymous(manager))
                        .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance()),
                Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void offersNoNetworksToContainersThatAreNoTasks() {
        Swarm.Manager manager = swarm.manager("m1");

        assertStatus(
                () -> ResourceAllocatorGrpc.newBlockingStub(swarm.worker("w1", manager))
                        .attachNetwork(AttachNetworkRequest.getDefaultInstance()),
                Status.Code.UNIMPLEMENTED);
    }

    @Test
    void newConnectionsSeeARenewedCertificateAndOldOnesStay() throws Exception {
        Services.Heartbeats service = new Services.Heartbeats();
        Swarm.Manager manager = swarm.manager("m1").serve(service);
        TestCredentials node = swarm.credentials("n1", false);
        Channel channel = swarm.connections(node, "").to(manager.endpoint);
        heartbeat(channel);
        assertThat(service.callers.take().identity().orElseThrow().manager()).isFalse();

        node.renew(swarm.authority.issue("n1", true, Swarm.CLUSTER));
        manager.credentials.renew(swarm.authority.issue("m1", true, Swarm.CLUSTER));
        heartbeat(channel);

        assertThat(service.callers.take().identity().orElseThrow().manager()).isTrue();
    }

    @Test
    void saysThatThePortIsInUseAndOpensItOnceItIsFree() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(RpcServer.class);
        logger.addAppender(log);
        Endpoint endpoint;
        RpcServer server;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            endpoint = new Endpoint("127.0.0.1", other.getLocalPort());
            TestCredentials credentials = swarm.credentials("m1", true);
            server = new RpcServer(
                    swarm.threads(),
                    credentials,
                    new NodeAddresses(endpoint, endpoint),
                    new TestManagers(),
                    swarm.connections(credentials, ""));
            server.start();
            assertThat(log.list)
                    .singleElement()
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .asString()
                    .contains("cannot listen on " + endpoint + ": the port is in use");
        } finally {
            logger.detachAppender(log);
        }
        awaitOpen(endpoint);
        server.close();
        // Free again at once
        try (ServerSocket next = new ServerSocket(endpoint.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(next.isBound()).isTrue();
        }
    }

    @Test
    void leavesNoThread() throws Exception {
        Swarm.Manager manager = swarm.manager("m1").serve(new Services.Heartbeats());
        heartbeat(swarm.worker("w1", manager));

        swarm.close();

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (ourThreads() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(ourThreads()).isZero();
    }

    private static long ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("skep-rpc"))
                .count();
    }

    private static void awaitOpen(Endpoint endpoint) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (ConnectException e) {
                assertThat(System.nanoTime()).as("port opens").isLessThan(deadline);
            }
        }
    }

    private static void heartbeat(Channel channel) {
        DispatcherGrpc.newBlockingStub(channel).heartbeat(HeartbeatRequest.getDefaultInstance());
    }

    private static ServingStatus health(Channel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static void assertStatus(ThrowingCallable call, Status.Code code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> assertThat(
                        failure.getStatus().getCode())
                .as(failure.getMessage())
                .isEqualTo(code));
    }
}
