package org.skep.shell.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.skep.api.testing.Eventually.eventually;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.Test;
import org.skep.api.command.Role;
import org.skep.api.node.NodeConfig;
import org.skep.shell.keys.KeyFiles;
import org.skep.shell.run.Shell;

/** Who is let in, to what, and how long. */
class SshDoorTest extends SshServerSetup {

    @Test
    void rolesHoldForEveryCommandAndChangeAtOnce() throws Exception {
        KeyPair key = KeyFiles.loadOrCreate(state.resolve("anna"), "anna@home");
        users.add("anna", Role.VIEWER);
        users.addKey("anna", PublicKeyEntry.toString(key.getPublic()));
        try (ClientSession session = login("anna", key)) {
            Result denied = exec(session, "node promote alpha");
            assertThat(denied.status()).isEqualTo(1);
            assertThat(denied.err()).isEqualTo("Error: 'node promote' needs the role admin (anna is viewer)\n");

            users.setRole("anna", Role.ADMIN);
            assertThat(exec(session, "node promote alpha").status()).isZero();

            users.remove("anna");
            assertThat(exec(session, "node ls").err()).contains("may not use this node");
        }
        assertThat(commands.calls).containsExactly("promote [alpha]");
    }

    @Test
    void strangersStayOutside() throws Exception {
        KeyPair stranger = KeyFiles.loadOrCreate(state.resolve("stranger"), "x");
        users.add("anna", Role.VIEWER);
        for (String user : List.of("local", "anna", "root", "..", "../ssh")) {
            assertThat(catchThrowable(() -> login(user, stranger))).as(user).isNotNull();
        }
        ClientSession session = client.connect("anna", "127.0.0.1", port())
                .verify(10, TimeUnit.SECONDS)
                .getSession();
        session.addPasswordIdentity("secret");
        assertThat(catchThrowable(() -> session.auth().verify(10, TimeUnit.SECONDS)))
                .isNotNull();
        session.close(true);
        Path log = state.resolve("log/audit.log");
        eventually(
                "the session does its part",
                () -> Files.exists(log)
                        && Files.readString(log)
                                        .lines()
                                        .filter(entry -> entry.contains("login-failed"))
                                        .count()
                                >= 5);
        assertThat(Files.readString(state.resolve("log/audit.log")))
                .contains("\"user\":\"anna\"")
                .contains("SHA256:");
    }

    @Test
    void nothingIsForwardedAndNoFileIsServed() throws Exception {
        try (ClientSession session = login("local", localKey())) {
            try (var sftp = session.createSubsystemChannel("sftp")) {
                sftp.open();
                assertThat(sftp.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(5)))
                        .contains(ClientChannelEvent.CLOSED);
            }
            assertThat(catchThrowable(() -> session.startRemotePortForwarding(
                            new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("127.0.0.1", 22))))
                    .isNotNull();
            assertThat(exec(session, "scp -t /tmp").status()).isEqualTo(2);
        }
    }

    @Test
    void keysAreForTheOwnerAlone() throws Exception {
        for (String file : List.of("host_key", "client_key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("ssh/" + file))))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(state.resolve("ssh/host_key.pub"))).startsWith("ssh-ed25519 ");
        server.close();
        assertThat(state.resolve("ssh/address")).doesNotExist();
    }

    @Test
    void stoppingTheServerEndsWhatRuns() throws Exception {
        ClientSession session = login("local", localKey());
        ChannelExec channel = session.createExecChannel("service logs");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        channel.setOut(out);
        channel.open().verify(10, TimeUnit.SECONDS);
        eventually("the session does its part", () -> out.size() > 0);
        server.close();
        assertThat(commands.calls).containsExactly("logs ended");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("ssh local");
    }

    @Test
    void aCrowdIsKeptOutside() throws Exception {
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                Socket socket = new Socket("127.0.0.1", port());
                crowd.add(socket);
                assertThat(socket.getInputStream().read()).isEqualTo('S');
            }
            try (Socket late = new Socket("127.0.0.1", port())) {
                late.setSoTimeout(10_000);
                assertThat(late.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
        eventually("the session does its part", () -> {
            try (ClientSession session = login("local", localKey())) {
                return exec(session, "echo in").out().equals("in\n");
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void aPortInUseStopsTheDaemonWithOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            NodeConfig config = config(taken.getLocalPort());
            new SshServerComponent(config, failures::add, new Shell(commands, audit), users, audit).close();
            assertThat(failures)
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + taken.getLocalPort())
                    .contains("--ssh-addr");
        }
    }

    @Test
    void namesTheFileThatItCannotWrite() throws Exception {
        server.close();
        Files.createDirectories(state.resolve("ssh/address/in-the-way"));
        server = new SshServerComponent(config(0), failures::add, new Shell(commands, audit), users, audit);
        assertThat(failures)
                .singleElement()
                .asString()
                .startsWith("cannot write " + state.resolve("ssh/address") + ": ")
                .doesNotContain("--ssh-addr");
    }
}
