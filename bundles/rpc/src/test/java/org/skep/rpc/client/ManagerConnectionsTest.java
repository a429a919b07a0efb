package org.skep.rpc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.api.SkepException;
import org.skep.api.node.DaemonInstance;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.testing.TestAuthority;
import org.skep.api.testing.TestCredentials;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.rpc.testing.TestManagers;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.Tls;

@Timeout(60)
class ManagerConnectionsTest {

    private final TestAuthority authority = new TestAuthority();
    private final TestCredentials manager =
            new TestCredentials(authority.root(), authority.issue("m1", true, "cluster"));
    private final RpcThreads threads = new RpcThreads();
    private final TestManagers known = new TestManagers();
    private final Endpoint endpoint = new Endpoint("127.0.0.1", freePort());
    private final ManagerConnections connections = new ManagerConnections(
            threads,
            new TestCredentials(authority.root(), authority.issue("w1", false, "cluster")),
            known,
            new DaemonInstance("one"),
            Duration.ofMillis(800));
    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        connections.close();
        for (Server server : servers) {
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
        threads.close();
    }

    @Test
    void failsAtOnceWithoutAManagerAndFindsItOnceItIsThere() {
        Channel channel = connections.to(endpoint);
        for (int i = 0; i < 3; i++) {
            assertUnavailable(() -> heartbeat(channel));
        }

        serve(Duration.ofHours(1));
        heartbeat(channel);

        servers.get(0).shutdownNow();
        awaitEnd(servers.get(0));
        assertUnavailable(() -> heartbeat(channel));
        serve(Duration.ofHours(1));
        heartbeat(channel);
    }

    @Test
    void findsManagersByNodeId() {
        serve(Duration.ofHours(1));
        known.update(List.of(new KnownManagers.Manager("m1", endpoint)));

        heartbeat(connections.to("m1"));

        assertThatThrownBy(() -> connections.to("m2"))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("NOT_FOUND"));
    }

    @Test
    void keepsASilentConnectionToAManagerThatAnswers() throws Exception {
        serve(Duration.ofHours(1));
        Iterator<SessionMessage> session = DispatcherGrpc.newBlockingStub(connections.to(endpoint))
                .withDeadlineAfter(3, TimeUnit.SECONDS)
                .session(SessionRequest.getDefaultInstance());
        session.next();

        // Nothing but signs of life until the deadline ends it.
        assertThatThrownBy(session::next).hasMessageStartingWith("DEADLINE_EXCEEDED");
    }

    @Test
    void givesUpAManagerThatHasGoneSilent() throws Exception {
        try (FrozenPath path = new FrozenPath(endpoint)) {
            serve(Duration.ofHours(1));
            Iterator<SessionMessage> session = DispatcherGrpc.newBlockingStub(connections.to(path.endpoint()))
                    .session(SessionRequest.getDefaultInstance());
            session.next();
            long frozen = System.nanoTime();
            path.freeze();

            assertUnavailable(session::next);
            assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(Duration.ofSeconds(3));
        }
    }

    private void serve(Duration pings) {
        try {
            servers.add(NettyServerBuilder.forAddress(new InetSocketAddress(endpoint.host(), endpoint.port()))
                    .sslContext(Tls.server(manager.keyManager(), manager.trustManager(peer -> {})))
                    .channelFactory(NioServerSocketChannel::new)
                    .bossEventLoopGroup(threads.io())
                    .workerEventLoopGroup(threads.io())
                    .keepAliveTime(pings.toMillis(), TimeUnit.MILLISECONDS)
                    .addService(new Manager())
                    .build()
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitEnd(Server server) {
        try {
            assertThat(server.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
            threads.settle();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void heartbeat(Channel channel) {
        DispatcherGrpc.newBlockingStub(channel).heartbeat(HeartbeatRequest.getDefaultInstance());
    }

    private static void assertUnavailable(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> assertThat(
                        failure.getStatus().getCode())
                .as(failure.getMessage())
                .isEqualTo(Status.Code.UNAVAILABLE));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does not know the question for a sign of life, and so answers it, too. */
    private static final class Manager extends DispatcherGrpc.DispatcherImplBase {
        @Override
        public void session(SessionRequest request, StreamObserver<SessionMessage> answer) {
            answer.onNext(SessionMessage.getDefaultInstance());
        }

        @Override
        public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> answer) {
            answer.onNext(HeartbeatResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
