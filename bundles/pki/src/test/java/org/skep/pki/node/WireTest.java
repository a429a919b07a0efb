package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.JoinToken;
import org.skep.pki.NodeKeys.State;
import org.skep.pki.RootRotation;
import org.skep.pki.UnlockKey;
import org.skep.pki.authority.LeaderCa;
import org.skep.pki.authority.ManagerCa;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Roots;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.Cluster;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.GetRootCACertificateResponse;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.RootCA;
import org.skep.rpc.Caller;
import org.skep.rpc.RemoteErrors;
import org.skep.rpc.client.CertificateChannels;
import org.skep.rpc.server.LoopbackServers;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.Tls;
import org.skep.store.Kind;
import org.skep.store.loop.ThreadLoops;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** Certificates over real connections, at the real time. */
final class WireTest {

    private static final String CLUSTER = "zyxwvutsrqponmlkjihgfedcb";
    private static final String FIRST = "0123456789abcdefghijklmno";

    @TempDir
    Path directory;

    private final Clock clock = Clock.systemUTC();
    private final RpcThreads threads = new RpcThreads();
    private final List<Server> servers = new ArrayList<>();
    private final TestStore store = new TestStore();
    private final RootCA root = RootRotation.found(clock.instant().minus(Duration.ofDays(30)));
    private final UnlockKey lock = UnlockKey.random();
    private LeaderCa ca;

    @BeforeEach
    void start() {
        store.write(tx -> tx.create(Cluster.newBuilder()
                .setId(CLUSTER)
                .setRootCa(root)
                .addAllUnlockKeys(UnlockKey.replaced(List.of(), Optional.of(lock)))
                .build()));
        ca = new LeaderCa(store, new ThreadLoops());
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Server server : servers) {
            server.shutdownNow().awaitTermination();
        }
        store.close();
        threads.close();
    }

    private LiveCredentials credentials(RootCA issuer, boolean manager, Duration life, Instant when) throws Exception {
        KeyPair keys = KeyRules.generate();
        return new LiveCredentials(
                new Credential(
                        Authority.of(issuer)
                                .issue(keys.getPublic(), new NodeIdentity(FIRST, manager, CLUSTER), life, when),
                        keys.getPrivate(),
                        Roots.of(issuer.getCaCert().toByteArray())),
                clock);
    }

    private LiveCredentials manager() throws Exception {
        return credentials(root, true, Duration.ofHours(1), clock.instant());
    }

    private Endpoint serve(NodeCredentials credentials) throws IOException {
        return serve(credentials, new ManagerCa(store));
    }

    private Endpoint serve(NodeCredentials credentials, CAGrpc.CAImplBase roots) throws IOException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .sslContext(Tls.server(credentials.keyManager(), credentials.trustManager(peer -> {})))
                .addService(roots)
                .addService(ca)
                .intercept(new Callers())
                .build()
                .start();
        servers.add(server);
        return new Endpoint("127.0.0.1", server.getPort());
    }

    /** What the manager port does with every call, in short. */
    private static final class Callers implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String address = String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            Context context = new Caller(
                            identity(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)), address, "", "")
                    .in(Context.current());
            ServerCall<Q, A> translating = new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                @Override
                public void close(Status status, Metadata trailers) {
                    if (status.getCause() instanceof SkepException error) {
                        super.close(RemoteErrors.status(error), RemoteErrors.trailers(error));
                    } else {
                        super.close(status, trailers);
                    }
                }
            };
            return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
                    Contexts.interceptCall(context, translating, headers, next)) {
                @Override
                public void onHalfClose() {
                    try {
                        super.onHalfClose();
                    } catch (SkepException e) {
                        translating.close(RemoteErrors.status(e), RemoteErrors.trailers(e));
                    }
                }
            };
        }

        private static Optional<NodeIdentity> identity(SSLSession session) {
            try {
                return Optional.of(NodeIdentity.of((X509Certificate) session.getPeerCertificates()[0]));
            } catch (SSLPeerUnverifiedException e) {
                return Optional.empty();
            } catch (CertificateException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private KeyRig rig() throws IOException {
        return new KeyRig(Files.createTempDirectory(directory, "node"));
    }

    /** Keys that meet real managers at the real time. */
    private LocalNodeKeys node(KeyRig rig, Endpoint manager) {
        rig.managers.clear();
        rig.managers.add(manager);
        return new LocalNodeKeys(
                new KeyFiles(rig.keys),
                rig,
                desks(),
                rig.known(),
                new ManualLoops(),
                clock,
                pause -> {},
                new Random(1));
    }

    private String token(NodeRole role) {
        return role == NodeRole.NODE_ROLE_MANAGER
                ? root.getJoinTokens().getManager()
                : root.getJoinTokens().getWorker();
    }

    private static NodeIdentity join(LocalNodeKeys node, Endpoint manager, String token) throws InterruptedException {
        return node.join(List.of(manager), token, NodeSpec.Availability.ACTIVE, false);
    }

    @Test
    void aNodeJoinsRenewsAndIsPromoted() throws Exception {
        Endpoint manager = serve(manager());
        KeyRig rig = rig();
        LocalNodeKeys node = node(rig, manager);
        NodeIdentity identity = join(node, manager, token(NodeRole.NODE_ROLE_WORKER));
        assertThat(identity.manager()).isFalse();
        assertThat(rig.node.state()).isEqualTo(State.OPENABLE);

        store.write(tx -> tx.update(tx.nodes().get(identity.nodeId()).orElseThrow().toBuilder()
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .build()));
        assertThat(node.renew(true).manager()).isTrue();
        assertThat(rig.node.state()).as("locked with the swarm's key").isEqualTo(State.LOCKED);
        node.close();
        node.unlock(lock.text());
    }

    @Test
    void aManagerJoins() throws Exception {
        Endpoint manager = serve(manager());
        assertThat(join(node(rig(), manager), manager, token(NodeRole.NODE_ROLE_MANAGER))
                        .manager())
                .isTrue();
    }

    private void refused(Endpoint manager, String token, String code, String... words) throws Exception {
        KeyRig rig = rig();
        int nodes = store.view().nodes().size();
        assertThatThrownBy(() -> join(node(rig, manager), manager, token))
                .isInstanceOfSatisfying(SkepException.class, e -> {
                    assertThat(e.line()).contains(words).doesNotContain("\n").doesNotContain(token);
                    assertThat(e.code()).isEqualTo(code);
                });
        assertThat(rig.node.state()).isEqualTo(State.ABSENT);
        assertThat(store.view().nodes().size()).isEqualTo(nodes);
    }

    @Test
    void nobodyThere() throws Exception {
        refused(new Endpoint("127.0.0.1", 1), token(NodeRole.NODE_ROLE_WORKER), "UNREACHABLE", "Connection refused");
    }

    /** The name is longer than any can be: nobody is asked for it. */
    @Test
    void aNameThatIsNotKnown() throws Exception {
        refused(
                new Endpoint("nosuchhost" + "x".repeat(60) + ".invalid", 2377),
                token(NodeRole.NODE_ROLE_WORKER),
                "UNREACHABLE",
                "the name is not known");
    }

    @Test
    void aTokenThatIsNotTheSwarms() throws Exception {
        Endpoint manager = serve(manager());
        refused(
                manager,
                JoinToken.create(root.getCaCert().toByteArray()).text(),
                "INVALID_TOKEN",
                "a valid join token is necessary");
        refused(
                manager,
                RootRotation.found(clock.instant()).getJoinTokens().getWorker(),
                "WRONG_CA",
                "not of the swarm that " + manager);
    }

    /** It shows the right root, which is no secret, but has no certificate of it. */
    @Test
    void somebodyInTheMiddle() throws Exception {
        RootCA other = RootRotation.found(clock.instant());
        Endpoint manager = serve(credentials(other, true, Duration.ofHours(1), clock.instant()));
        refused(manager, token(NodeRole.NODE_ROLE_WORKER), "UNREACHABLE", "no secure connection to the manager at");
    }

    @Test
    void aWorkerInTheMiddle() throws Exception {
        Endpoint manager = serve(credentials(root, false, Duration.ofHours(1), clock.instant()));
        refused(manager, token(NodeRole.NODE_ROLE_WORKER), "UNREACHABLE", "swarm-ca");
    }

    @Test
    void aManagerWhoseCertificateHasExpired() throws Exception {
        Instant yesterday = clock.instant().minus(Duration.ofDays(1));
        Endpoint manager = serve(credentials(root, true, Duration.ofHours(1), yesterday));
        refused(
                manager,
                token(NodeRole.NODE_ROLE_WORKER),
                "UNREACHABLE",
                "no secure connection",
                " expired at ",
                "and it is ",
                "compare the clocks of the two hosts");
    }

    @Test
    void aManagerWhoseClockIsAhead() throws Exception {
        Instant tomorrow = clock.instant().plus(Duration.ofDays(1));
        Endpoint manager = serve(credentials(root, true, Duration.ofHours(1), tomorrow));
        refused(
                manager,
                token(NodeRole.NODE_ROLE_WORKER),
                "UNREACHABLE",
                "no secure connection",
                " is not valid before ",
                "and it is ",
                "compare the clocks of the two hosts");
    }

    @Test
    void garbageInsteadOfARoot() throws Exception {
        Endpoint manager = serve(manager(), new CAGrpc.CAImplBase() {
            @Override
            public void getRootCACertificate(
                    GetRootCACertificateRequest request, StreamObserver<GetRootCACertificateResponse> observer) {
                observer.onNext(GetRootCACertificateResponse.getDefaultInstance());
                observer.onCompleted();
            }
        });
        refused(manager, token(NodeRole.NODE_ROLE_WORKER), "WRONG_CA", "not of the swarm");
    }

    @Test
    void anUnlockKeyIsForManagers() throws Exception {
        Endpoint manager = serve(manager());
        KeyRig rig = rig();
        LocalNodeKeys node = node(rig, manager);
        join(node, manager, token(NodeRole.NODE_ROLE_WORKER));
        Credential worker = ((LiveCredentials) rig.service(NodeCredentials.class)).credential();

        try (Desk desk = desks().as(worker, manager)) {
            assertThatThrownBy(desk::unlockKey).extracting("code").isEqualTo("PERMISSION_DENIED");
        }
    }

    private Renewal renewal(Endpoint manager) {
        return new Renewal(desks(), Optional::empty, () -> List.of(manager), clock, pause -> {}, new Random(1));
    }

    private Desks desks() {
        return new Channels(() -> new CertificateChannels(threads), clock);
    }

    @Test
    void aNodeThatWasRemovedGetsNoOtherCertificate() throws Exception {
        Endpoint manager = serve(manager());
        KeyRig rig = rig();
        LocalNodeKeys node = node(rig, manager);
        NodeIdentity identity = join(node, manager, token(NodeRole.NODE_ROLE_WORKER));
        Node object = store.view().nodes().get(identity.nodeId()).orElseThrow();
        store.write(tx -> tx.delete(Kind.NODE, object.getId()));
        Credential removed = ((LiveCredentials) rig.service(NodeCredentials.class)).credential();

        assertThatThrownBy(() -> renewal(manager).attempt(removed))
                .extracting("code")
                .isEqualTo("NOT_FOUND");
    }

    @Test
    void anExpiredCertificateGetsNoConnection() throws Exception {
        Endpoint manager = serve(manager());
        Credential expired = credentials(
                        root, false, Duration.ofHours(1), clock.instant().minus(Duration.ofDays(1)))
                .credential();
        assertThatThrownBy(() -> renewal(manager).attempt(expired))
                .hasMessageContaining(manager.toString())
                .extracting("code")
                .isEqualTo("UNREACHABLE");
    }

    /** There are others to ask. */
    @Test
    void aHostThatIsGoneIsGivenUpSoon() throws Exception {
        Credential own =
                credentials(root, false, Duration.ofHours(1), clock.instant()).credential();
        List<SocketChannel> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Whom the queue has no place for gets no answer, as from a host without power.
            for (int i = 0; i < 10; i++) {
                SocketChannel one = SocketChannel.open();
                filling.add(one);
                one.configureBlocking(false);
                one.connect(full.getLocalSocketAddress());
            }
            long start = System.nanoTime();
            try (Desk desk = desks().as(own, new Endpoint("127.0.0.1", full.getLocalPort()))) {
                assertThatThrownBy(desk::unlockKey).extracting("code").isEqualTo("UNREACHABLE");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        } finally {
            for (SocketChannel one : filling) {
                one.close();
            }
        }
    }

    @Test
    void joiningIsRehearsedWithoutASwarm() throws Exception {
        OpenKeys keys = new Rehearsal(new LoopbackServers(threads), desks(), clock, pause -> {}).run();

        assertThat(keys.credential().identity().manager()).isTrue();
        assertThat(keys.credential().identity().clusterId()).isNotEqualTo(CLUSTER);
    }
}
