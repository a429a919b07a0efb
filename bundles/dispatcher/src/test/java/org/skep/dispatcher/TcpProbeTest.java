package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.node.Endpoint;

class TcpProbeTest {

    private static final String HERE = "127.0.0.1";

    @Test
    void aHostThatListensOrRefusesIsThere() throws Exception {
        int port;
        try (TcpProbe probe = new TcpProbe();
                ServerSocket open = new ServerSocket(0, 1, InetAddress.getByName(HERE))) {
            port = open.getLocalPort();
            assertThat(answers(probe, port)).isTrue();
        }
        try (TcpProbe probe = new TcpProbe()) {
            assertThat(answers(probe, port)).isTrue();
        }
    }

    @Test
    void nothingRunsOnceItIsClosed() throws Exception {
        TcpProbe probe = new TcpProbe();
        probe.answers(new Endpoint(HERE, 9));
        probe.close();

        // a pool has ended shortly before its last thread has
        eventually("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("skep-host-probe")));
        assertThat(answers(probe, 9)).isTrue();
    }

    private static boolean answers(TcpProbe probe, int port) throws Exception {
        return probe.answers(new Endpoint(HERE, port)).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
