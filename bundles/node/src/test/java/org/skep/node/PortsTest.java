package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;

class PortsTest {

    private static final String HERE = "127.0.0.1";

    /** A port that is free, as is the one after it. */
    private static int freePair() throws IOException {
        while (true) {
            try (ServerSocket first = new ServerSocket();
                    ServerSocket second = new ServerSocket()) {
                first.bind(new InetSocketAddress(HERE, 0));
                second.bind(new InetSocketAddress(HERE, first.getLocalPort() + 1));
                return first.getLocalPort();
            } catch (BindException taken) {
                // The next one, then.
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 127.0.0.1", "1, 127.0.0.1", "0, 0.0.0.0"})
    void namesThePortThatIsTaken(int offset, String listen) throws IOException {
        int port = freePair();
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(HERE, port + offset));

            assertTaken(new Endpoint(listen, port), port + offset);
        }
    }

    private static void assertTaken(Endpoint listen, int port) {
        assertThatThrownBy(() -> Ports.probe(listen)).isInstanceOfSatisfying(SkepException.class, e -> {
            assertThat(e.code()).isEqualTo("PORT_IN_USE");
            assertThat(e.getMessage()).isEqualTo("port " + port + " is in use on this host");
        });
    }

    @Test
    void takesPortsThatAreFree() throws IOException {
        Ports.probe(new Endpoint(HERE, freePair()));
    }

    @Test
    void anAddressOfAnotherHostIsNoPortInUse() {
        assertThatThrownBy(() -> Ports.probe(new Endpoint("192.0.2.254", 2377)))
                .hasMessageStartingWith("cannot listen on 192.0.2.254:2377: ");
    }
}
