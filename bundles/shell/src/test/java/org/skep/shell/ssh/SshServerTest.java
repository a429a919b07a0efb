package org.skep.shell.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.skep.api.testing.Eventually.eventually;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.channel.PtyCapableChannelSession;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.command.Role;
import org.skep.api.node.NodeConfig;
import org.skep.shell.FakeCommands;
import org.skep.shell.audit.AuditLog;
import org.skep.shell.keys.KeyFiles;
import org.skep.shell.run.Shell;
import org.skep.shell.users.FileUsers;

@Timeout(60)
class SshServerTest {

    @TempDir
    Path state;

    private final FakeCommands commands = new FakeCommands();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private AuditLog audit;
    private FileUsers users;
    private SshServerComponent server;
    private SshClient client;

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

    private NodeConfig config(int port) {
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

    private int port() throws IOException {
        String address = Files.readString(state.resolve("ssh/address")).strip();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private ClientSession login(String user, KeyPair key) throws Exception {
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

    private KeyPair localKey() throws Exception {
        return KeyFiles.load(state.resolve("ssh/client_key"));
    }

    private record Result(int status, String out, String err) {}

    private Result exec(ClientSession session, String line, InputStream in) throws Exception {
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

    private Result exec(ClientSession session, String line) throws Exception {
        return exec(session, line, InputStream.nullInputStream());
    }

    @Test
    void theDaemonsOwnKeyRunsALineWithStatusAndSeparateErrors() throws Exception {
        try (ClientSession session = login("local", localKey())) {
            Result ls = exec(session, "docker node ls -q");
            assertThat(ls).isEqualTo(new Result(0, "n1\nn2\n", ""));

            Result unknown = exec(session, "node lss");
            assertThat(unknown.status()).isEqualTo(2);
            assertThat(unknown.out()).isEmpty();
            assertThat(unknown.err()).isEqualTo("Error: unknown command: node lss (did you mean 'node ls'?)\n");

            Result failed = exec(session, "node inspect nobody");
            assertThat(failed.status()).isEqualTo(1);
            assertThat(failed.err()).isEqualTo("Error: node nobody not found (see 'node ls')\n");
        }
    }

    @Test
    void bigInputReachesTheCommand() throws Exception {
        byte[] big = new byte[4 << 20];
        try (ClientSession session = login("local", localKey())) {
            Result result = exec(session, "size -", new ByteArrayInputStream(big));
            assertThat(result).isEqualTo(new Result(0, big.length + "\n", "read -\n"));
        }
    }

    @Test
    void manyLinesTakeFewPackets() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AtomicInteger packets = new AtomicInteger();
        OutputStream counting = new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                packets.incrementAndGet();
                out.write(bytes, offset, length);
            }
        };
        try (ClientSession session = login("local", localKey());
                ChannelExec channel = session.createExecChannel("flood 200000")) {
            channel.setOut(counting);
            channel.open().verify(10, TimeUnit.SECONDS);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(30));
            assertThat(channel.getExitStatus()).isZero();
        }
        assertThat(text(out).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 200_000)
                        .mapToObj(i -> "line " + i)
                        .toList());
        assertThat(packets.get()).isLessThan(2000);
    }

    @Test
    void outputAndErrorsKeepTheirOrder() throws Exception {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        try (ClientSession session = login("local", localKey());
                ChannelExec channel = session.createExecChannel("flood 1000 --err 7")) {
            channel.setOut(both);
            channel.setErr(both);
            channel.open().verify(10, TimeUnit.SECONDS);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(30));
        }
        assertThat(text(both).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 1000)
                        .mapToObj(i -> "line " + i)
                        .toList());
    }

    @Test
    void aScriptOnInputStopsAtTheFirstFailingLine() throws Exception {
        byte[] script = "# comment\necho one\nnode inspect nobody\necho two\n".getBytes(StandardCharsets.UTF_8);
        try (ClientSession session = login("local", localKey())) {
            Result result = exec(session, "source -", new ByteArrayInputStream(script));
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.out()).isEqualTo("one\n");
            assertThat(result.err()).contains("line 3 failed with exit status 1");
        }
    }

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
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> login(user, stranger)))
                    .as(user)
                    .isNotNull();
        }
        ClientSession session = client.connect("anna", "127.0.0.1", port())
                .verify(10, TimeUnit.SECONDS)
                .getSession();
        session.addPasswordIdentity("secret");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> session.auth().verify(10, TimeUnit.SECONDS)))
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
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> session.startRemotePortForwarding(
                            new org.apache.sshd.common.util.net.SshdSocketAddress("127.0.0.1", 0),
                            new org.apache.sshd.common.util.net.SshdSocketAddress("127.0.0.1", 22))))
                    .isNotNull();
            assertThat(exec(session, "scp -t /tmp").status()).isEqualTo(2);
        }
    }

    @Test
    void leavingInterruptsTheCommand() throws Exception {
        try (ClientSession session = login("local", localKey())) {
            ChannelExec channel = session.createExecChannel("service logs");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setOut(out);
            channel.open().verify(10, TimeUnit.SECONDS);
            eventually("the session does its part", () -> out.size() > 0);
            channel.close(false);
            eventually("the session does its part", () -> commands.calls.contains("logs ended"));
        }
        commands.calls.clear();
        ClientSession session = login("local", localKey());
        ChannelExec channel = session.createExecChannel("service logs");
        channel.open().verify(10, TimeUnit.SECONDS);
        session.close(true);
        eventually("the session does its part", () -> commands.calls.contains("logs ended"));
    }

    @Test
    void thePromptAnswersCompletesAndLeaves() throws Exception {
        try (ClientSession session = login("local", localKey());
                ChannelShell channel = session.createShellChannel()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setPtyType("xterm");
            channel.setPtyColumns(0);
            channel.setOut(out);
            channel.setRedirectErrorStream(true);
            channel.open().verify(10, TimeUnit.SECONDS);
            eventually("the session does its part", () -> out.toString(StandardCharsets.UTF_8)
                    .contains("swarm> "));
            var in = channel.getInvertedIn();
            in.write("node l\t\r".getBytes(StandardCharsets.UTF_8));
            in.flush();
            eventually("the session does its part", () -> out.toString(StandardCharsets.UTF_8)
                    .contains("HOSTNAME"));
            in.write("service logs\r".getBytes(StandardCharsets.UTF_8));
            in.flush();
            eventually("the session does its part", () -> out.toString(StandardCharsets.UTF_8)
                    .contains("line 2"));
            in.write(3);
            in.flush();
            eventually("the session does its part", () -> out.toString(StandardCharsets.UTF_8)
                    .contains("Interrupted"));
            in.write(("echo " + "x".repeat(20_000) + "\r").getBytes(StandardCharsets.UTF_8));
            in.flush();
            eventually("the session does its part", () -> out.toString(StandardCharsets.UTF_8)
                    .contains("too long to type"));
            in.write("swarm join --token hunter2\r".getBytes(StandardCharsets.UTF_8));
            in.flush();
            eventually("the session does its part", () -> out.toString(StandardCharsets.UTF_8)
                    .contains("joined"));
            in.write(4);
            in.flush();
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10));
            assertThat(channel.getExitStatus()).isZero();
        }
        Path history = state.resolve("history/local");
        eventually("the session does its part", () -> Files.readString(history).contains("swarm join"));
        assertThat(Files.readString(history)).contains("swarm join --token ***").doesNotContain("hunter2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(state.resolve("log/audit.log")))
                .contains("swarm join --token ***")
                .doesNotContain("hunter2");
    }

    @Test
    void whatIsSecretIsTypedUnseen() throws Exception {
        try (ClientSession session = login("local", localKey());
                ChannelShell channel = session.createShellChannel()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setPtyType("xterm");
            channel.setOut(out);
            channel.open().verify(10, TimeUnit.SECONDS);
            type(channel, "unlock\r");
            eventually("it asks", () -> text(out).endsWith("Enter key: "));
            type(channel, "SWMKEY-1-x\r");
            eventually("it answers", () -> text(out).contains("a key of 10"));
            type(channel, "unlock\r");
            eventually("it asks", () -> text(out).endsWith("Enter key: "));
            type(channel, "hunter2\u0003");
            eventually("it gives up", () -> text(out).contains("Interrupted"));
            type(channel, "history\r\u0004");
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10));
            assertThat(text(out)).doesNotContain("SWMKEY", "hunter2");
        }
        assertThat(Files.readString(state.resolve("history/local")))
                .contains("unlock")
                .doesNotContain("SWMKEY", "hunter2");
    }

    @Test
    void whatIsSecretIsTypedUnseenForOneLine() throws Exception {
        try (ClientSession session = login("local", localKey());
                ChannelExec channel = session.createExecChannel("unlock")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setUsePty(true);
            channel.setPtyType("dumb");
            channel.setOut(out);
            channel.open().verify(10, TimeUnit.SECONDS);
            eventually("it asks", () -> text(out).contains("Enter key: "));
            type(channel, "SWMKEY-1-x\r");
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10));
            assertThat(text(out)).contains("a key of 10").doesNotContain("SWMKEY");
            assertThat(channel.getExitStatus()).isZero();
        }
    }

    private static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void type(PtyCapableChannelSession channel, String keys) throws IOException {
        channel.getInvertedIn().write(keys.getBytes(StandardCharsets.UTF_8));
        channel.getInvertedIn().flush();
    }

    @Test
    void whatIsSecretComesOnInputWithoutATerminal() throws Exception {
        try (ClientSession session = login("local", localKey())) {
            assertThat(exec(session, "unlock", input("SWMKEY-1-x\nrest\n")))
                    .isEqualTo(new Result(0, "a key of 10\n", ""));
            assertThat(exec(session, "unlock"))
                    .isEqualTo(new Result(
                            1,
                            "",
                            "Error: nothing was given for 'Enter key' (type it at a terminal, or send it on standard"
                                    + " input)\n"));
        }
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
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
        List<java.net.Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                java.net.Socket socket = new java.net.Socket("127.0.0.1", port());
                crowd.add(socket);
                assertThat(socket.getInputStream().read()).isEqualTo('S');
            }
            try (java.net.Socket late = new java.net.Socket("127.0.0.1", port())) {
                late.setSoTimeout(10_000);
                assertThat(late.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (java.net.Socket socket : crowd) {
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
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
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

    @Test
    void openSshWorks() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "no OpenSSH client here");
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/ssh",
                "-p",
                Integer.toString(port()),
                "-i",
                state.resolve("ssh/client_key").toString(),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=" + state.resolve("known"),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "LogLevel=ERROR",
                "-F",
                "/dev/null",
                "local@127.0.0.1"));
        command.addAll(List.of(
                "node", "inspect", "alpha", "--format", "'{{.Spec.Name}} {{json .Version}}'", ";", "node", "lss"));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(err).isEqualTo(2);
        assertThat(out).isEqualTo("alpha 7\n");
        assertThat(err).startsWith("Error: unknown command");
        assertThat(Files.readString(state.resolve("known"))).contains("ssh-ed25519");
    }
}
