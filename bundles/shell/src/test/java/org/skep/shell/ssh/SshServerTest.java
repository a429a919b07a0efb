package org.skep.shell.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.skep.api.testing.Eventually.eventually;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.Test;

/** Lines that are sent as commands: what they are given, and what comes back. */
class SshServerTest extends SshServerSetup {

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
