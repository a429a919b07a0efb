package org.skep.shell.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.Test;

/** A person at a terminal. */
class SshPromptTest extends SshServerSetup {

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
    void aProgramHasTheTerminalForItself() throws Exception {
        try (ClientSession session = login("local", localKey());
                ChannelShell channel = session.createShellChannel()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setPtyType("xterm");
            channel.setOut(out);
            channel.open().verify(10, TimeUnit.SECONDS);
            type(channel, "program\r");
            eventually("it runs", () -> text(out).contains("go\n"));
            assertThat(text(out)).as("output is shown as it is").doesNotContain("go\r\n");
            type(channel, "\u0003\ra\u0004");
            eventually("keys come as they are", () -> text(out).contains("[3][13][97][4]"));
            channel.sendWindowChange(100, 30);
            eventually("it hears of another size", () -> text(out).contains("<100x30>"));
            type(channel, "q");
            type(channel, "echo back\r");
            eventually("the prompt is as before", () -> text(out).contains("back\r\n"));
            type(channel, "service logs\r");
            eventually("it runs", () -> text(out).contains("line 2"));
            type(channel, "\u0003");
            eventually("Ctrl-C is the shell's again", () -> text(out).contains("Interrupted"));
            type(channel, "\u0004");
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10));
        }
        assertThat(Files.readString(state.resolve("log/audit.log")))
                .contains("\"event\":\"program-start\",\"user\":\"local\"")
                .contains("\"what\":\"keys\"")
                .contains("\"command\":\"program\",\"result\":\"failed\",\"status\":42");
    }

    @Test
    void aProgramThatIsOneLineEndsWithItsOwnStatus() throws Exception {
        try (ClientSession session = login("local", localKey());
                ChannelExec channel = session.createExecChannel("program")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setUsePty(true);
            channel.setPtyType("xterm");
            channel.setOut(out);
            channel.open().verify(10, TimeUnit.SECONDS);
            eventually("it runs", () -> text(out).contains("go\n"));
            type(channel, "\u0003q");
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10));
            assertThat(text(out)).contains("[3]");
            assertThat(channel.getExitStatus()).isEqualTo(42);
        }
    }

    @Test
    void aProgramEndsWithTheConnection() throws Exception {
        try (ClientSession session = login("local", localKey());
                ChannelExec channel = session.createExecChannel("program")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setUsePty(true);
            channel.setPtyType("xterm");
            channel.setOut(out);
            channel.open().verify(10, TimeUnit.SECONDS);
            eventually("it runs", () -> text(out).contains("go\n"));
        }
        eventually("it has ended", () -> Files.readString(state.resolve("log/audit.log"))
                .contains("\"command\":\"program\""));
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
            type(channel, "hunter2\u0003history\r\u0004");
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10));
            assertThat(text(out)).contains("Interrupted").doesNotContain("SWMKEY", "hunter2");
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
}
