package org.skep.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.HeartbeatRequest;
import org.slf4j.LoggerFactory;

/** Whoever connects to a real port, and what it costs. */
@Timeout(60)
class GateTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final RpcServer.Limits SMALL = limits(new Shares.Limits(100, 4), new Shares.Limits(100, 2), SHORT);

    private static RpcServer.Limits limits(Shares.Limits arriving, Shares.Limits anonymous, Duration stay) {
        return new RpcServer.Limits(
                new Gate.Limits(arriving, anonymous, stay, stay), HalfSaid.Limits.defaults(), Duration.ofMillis(300));
    }

    private final Swarm swarm = new Swarm();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    private final List<Socket> sockets = new ArrayList<>();
    private Swarm.Manager manager;

    @BeforeEach
    void start() {
        log.start();
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        logger.addAppender(log);
        manager = swarm.manager("m1", SMALL).serve(new Services.Heartbeats()).serve(new Services.Roots());
    }

    @AfterEach
    void close() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        logger.detachAppender(log);
        swarm.close();
    }

    @Test
    void endsWhatDoesNotSpeakTlsAtOnceAndLogsItOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            Socket socket = connect();
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(isEnded(socket)).isTrue();
        }

        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getFormattedMessage()).isEqualTo("Refused 127.0.0.1: does not speak TLS");
        heartbeat(swarm.worker("w1", manager));
    }

    @Test
    void endsWhatIsSlow() throws Exception {
        Socket silent = connect();
        Socket slow = connect();
        slow.getOutputStream().write(new byte[] {0x16, 3, 1});
        long started = System.nanoTime();

        assertThat(isEnded(silent)).isTrue();
        assertThat(isEnded(slow)).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(3));
        assertThat(log.list).hasSize(1);
    }

    @Test
    void endsBrokenTls() throws Exception {
        Socket socket = connect();
        socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0});

        assertThat(isEnded(socket)).isTrue();
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getFormattedMessage()).startsWith("Refused 127.0.0.1: TLS failed: ");
    }

    @Test
    void doesNotLetOneAddressTakeAllPlaces() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(connect());
        }
        Socket tooMany = connect();

        assertThat(isEnded(tooMany)).isTrue();
        for (Socket socket : waiting) {
            assertThat(isEnded(socket)).isTrue();
        }
        heartbeat(swarm.worker("w1", manager));
    }

    @Test
    void letsAnAddressInWhenAnotherHasTakenAllPlaces() throws Exception {
        Swarm.Manager crowded =
                swarm.manager("m2", limits(new Shares.Limits(6, 4), new Shares.Limits(6, 4), Duration.ofMinutes(1)));
        crowded.serve(new Services.Heartbeats()).serve(new Services.Roots());
        Socket first = connect("127.0.0.2", crowded);
        for (int i = 0; i < 3; i++) {
            connect("127.0.0.2", crowded);
        }
        Socket modest = connect("127.0.0.3", crowded);
        connect("127.0.0.3", crowded);

        heartbeat(swarm.worker("w1", crowded));
        CAGrpc.newBlockingStub(swarm.anonymous(crowded))
                .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance());

        assertThat(isEnded(first)).isTrue();
        modest.setSoTimeout(1);
        assertThatThrownBy(() -> modest.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    private Socket connect(String from, Swarm.Manager to) throws IOException {
        Socket socket = new Socket("127.0.0.1", to.endpoint.port(), InetAddress.getByName(from), 0);
        socket.setSoTimeout(10_000);
        sockets.add(socket);
        return socket;
    }

    @Test
    void bearsManyStrangersAndServesOn() throws Exception {
        Channel worker = swarm.worker("w1", manager);
        heartbeat(worker);
        long before = usedMemory();

        for (int i = 0; i < 2_000; i++) {
            try (Socket socket = new Socket("127.0.0.1", manager.endpoint.port())) {
                socket.getOutputStream().write((byte) (i % 2 == 0 ? 0x16 : 'x'));
            } catch (SocketException e) {
                // Ended before it could write
            }
        }

        heartbeat(worker);
        assertThat(usedMemory() - before).isLessThan(16 << 20);
        assertThat(log.list).hasSizeLessThan(3);
    }

    @Test
    void endsConnectionsWithoutACertificateAfterATime() {
        Channel anonymous = swarm.anonymous(manager);
        for (int i = 0; i < 3; i++) {
            CAGrpc.newBlockingStub(anonymous)
                    .withWaitForReady()
                    .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance());
            awaitTime(Duration.ofMillis(600));
        }

        assertThat(log.list).isEmpty();
    }

    @Test
    void limitsConnectionsWithoutACertificate() {
        CAGrpc.newBlockingStub(swarm.anonymous(manager))
                .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance());
        CAGrpc.newBlockingStub(swarm.anonymous(manager))
                .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance());

        assertThatThrownBy(() -> CAGrpc.newBlockingStub(swarm.anonymous(manager))
                        .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance()))
                .hasMessageStartingWith("UNAVAILABLE");
        assertThat(log.list).anyMatch(event -> event.getFormattedMessage().contains("without a certificate"));
        heartbeat(swarm.worker("w1", manager));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", manager.endpoint.port());
        socket.setSoTimeout(10_000);
        sockets.add(socket);
        return socket;
    }

    /** Reads what comes, such as an alert, until the other side ends. */
    private static boolean isEnded(Socket socket) throws IOException {
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                continue;
            }
            return true;
        } catch (SocketException e) {
            return true;
        }
    }

    private static void heartbeat(Channel channel) {
        DispatcherGrpc.newBlockingStub(channel).heartbeat(HeartbeatRequest.getDefaultInstance());
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void awaitTime(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
