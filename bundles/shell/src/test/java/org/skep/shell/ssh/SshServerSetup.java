package org.skep.shell.ssh;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.channel.PtyCapableChannelSession;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.NodeConfig;
import org.skep.shell.FakeCommands;
import org.skep.shell.audit.AuditLog;
import org.skep.shell.keys.KeyFiles;
import org.skep.shell.run.Shell;
import org.skep.shell.users.FileUsers;

/** A server on a port of its own, and a client for it. */
@Timeout(60)
abstract class SshServerSetup {

    @TempDir
    Path state;

    final FakeCommands commands = new FakeCommands();
    final List<String> failures = new CopyOnWriteArrayList<>();
    AuditLog audit;
    FileUsers users;
    SshServerComponent server;
    SshClient client;

    @BeforeEach
    void start() {
        NodeConfig config = config(0);
        audit = new AuditLog(config);
        users = new FileUsers(config);
        server = new SshServerComponent(config, failures::add, new Shell(commands, audit), users, audit);
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((session, address, key) -> true);
        client.start();
    }

    @AfterEach
    void stop() {
        client.stop();
        server.close();
    }

    NodeConfig config(int port) {
        return new NodeConfig(
                "test",
                state,
                "host",
                new InetSocketAddress("127.0.0.1", port),
                NodeConfig.RuntimeChoice.AUTO,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO);
    }

    int port() throws IOException {
        String address = Files.readString(state.resolve("ssh/address")).strip();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    ClientSession login(String user, KeyPair key) throws Exception {
        ClientSession session = client.connect(user, "127.0.0.1", port())
                .verify(10, TimeUnit.SECONDS)
                .getSession();
        session.addPublicKeyIdentity(key);
        try {
            session.auth().verify(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            session.close(true);
            throw e;
        }
        return session;
    }

    KeyPair localKey() throws Exception {
        return KeyFiles.load(state.resolve("ssh/client_key"));
    }

    record Result(int status, String out, String err) {}

    Result exec(ClientSession session, String line, InputStream in) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ChannelExec channel = session.createExecChannel(line)) {
            channel.setIn(in);
            channel.setOut(out);
            channel.setErr(err);
            channel.open().verify(10, TimeUnit.SECONDS);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(20));
            Integer status = channel.getExitStatus();
            return new Result(
                    status == null ? -1 : status,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }

    Result exec(ClientSession session, String line) throws Exception {
        return exec(session, line, InputStream.nullInputStream());
    }

    static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8);
    }

    static void type(PtyCapableChannelSession channel, String keys) throws IOException {
        channel.getInvertedIn().write(keys.getBytes(StandardCharsets.UTF_8));
        channel.getInvertedIn().flush();
    }

    static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
