package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.ConflictException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections to what may or may not be an engine. */
class EngineConnectionTest {

    private ServerSocket engine;

    @BeforeEach
    void listen() throws IOException {
        engine = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    /** Says its answer to whoever comes, reads until they say no more, and gives back what that was. */
    private CompletableFuture<String> answering(String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket caller = engine.accept()) {
                caller.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                caller.shutdownOutput();
                return new String(caller.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private EngineAddress address() {
        return EngineAddress.of("tcp://127.0.0.1:" + engine.getLocalPort());
    }

    private EngineConnection open(String body) throws IOException {
        return EngineConnection.open(address(), "POST", "/x", Map.of("A", "b"), body);
    }

    @Test
    void carryARequestAndItsAnswer() throws Exception {
        CompletableFuture<String> heard = answering("HTTP/1.1 200 OK\r\nX: y\r\n\r\n{\"a\":1}");
        try (EngineConnection connection = open("{}")) {
            assertThat(connection.body()).isEqualTo("{\"a\":1}");
        }
        assertThat(heard.join())
                .startsWith("POST /x HTTP/1.0\r\n")
                .contains("\r\nA: b\r\n", "\r\nContent-Length: 2\r\n")
                .endsWith("\r\n\r\n{}");
    }

    @Test
    void sayMoreUntilTheyEndTheirOwnHalf() throws Exception {
        CompletableFuture<String> heard = answering("HTTP/1.1 200 OK\r\n\r\nhello");
        try (EngineConnection connection = open("")) {
            assertThat(connection.body()).isEqualTo("hello");
            connection.write("more".getBytes(StandardCharsets.US_ASCII));
            connection.endOutput();
            assertThat(heard.join()).endsWith("\r\n\r\nmore");
        }
    }

    @Test
    void tellWhatTheEngineRefuses() {
        answering("HTTP/1.1 409 Conflict\r\n\r\n{\"message\":\"it is not running\"}");
        assertThatThrownBy(() -> open(""))
                .isInstanceOfSatisfying(ConflictException.class, e -> assertThat(Failures.line(e))
                        .isEqualTo("it is not running"));
    }

    @Test
    void noticeWhatIsNoEngine() {
        answering("220 mail.example.com ESMTP\r\n\r\n");
        assertThatThrownBy(() -> open("")).isInstanceOf(IOException.class).hasMessageContaining("no HTTP");
        answering("nothing that ends");
        assertThatThrownBy(() -> open("")).isInstanceOf(IOException.class);
    }
}
