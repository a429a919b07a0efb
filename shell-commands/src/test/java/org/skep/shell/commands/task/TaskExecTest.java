package org.skep.shell.commands.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.WindowSize;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeReach;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Lines;

class TaskExecTest {

    private final FakeControl control = new FakeControl();
    private final FakeReach reach = control.reach;
    private final FakeSession session = new FakeSession();

    private Outcome run(String... words) {
        return Lines.run(new TaskExec(control), session, words);
    }

    @Test
    void endsAsTheCommandEnds() {
        reach.printed = "a\n";
        reach.complaint = "b\n";
        reach.status = 3;
        assertThat(run("web.1", "ls", "-l", "--", "-i")).isEqualTo(Outcome.exit(3));
        assertThat(session.printed()).isEqualTo("a\n");
        assertThat(session.warned()).isEqualTo("b\n");
        assertThat(reach.started)
                .containsExactly(ExecStart.newBuilder()
                        .setTaskId("web.1")
                        .addAllCommand(Arrays.asList("ls", "-l", "--", "-i"))
                        .build());
        assertThat(reach.users.get(0).getUser()).isEqualTo("ada");
    }

    @Test
    void saysWhatTheCommandIsToHave() {
        session.variable("LANG", "C").file("/env", "# of the night\nF=1\n");
        run("--env-file", "/env", "-e", "A=b", "-e", "LANG", "-u", "1000:100", "-w", "/tmp", "web.1", "id");
        ExecStart start = reach.started.get(0);
        assertThat(start.getEnvList()).containsExactly("F=1", "A=b", "LANG=C");
        assertThat(start.getUser()).isEqualTo("1000:100");
        assertThat(start.getWorkdir()).isEqualTo("/tmp");
        assertThat(start.getInput()).isFalse();
    }

    @Test
    void sendsStandardInput() {
        String much = "x".repeat(100_000);
        session.input(new ByteArrayInputStream(much.getBytes(StandardCharsets.UTF_8)));
        assertThat(run("-i", "web.1", "cat")).isEqualTo(Outcome.exit(0));
        assertThat(session.printed()).isEqualTo(much);
        assertThat(reach.heard).hasSize(5);
    }

    @Test
    void aCommandThatEndsFirstWaitsForNoInput() throws Exception {
        reach.failure = Optional.of(SkepException.state("NODE_UNREACHABLE", "node a is not connected", ""));
        try (PipedOutputStream typing = new PipedOutputStream();
                InputStream typed = new PipedInputStream(typing)) {
            session.input(typed);
            assertThatThrownBy(() -> run("-i", "web.1", "cat")).hasMessage("node a is not connected");
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread ->
                        thread.getName().equals(Thread.currentThread().getName() + " input") && thread.isAlive());
    }

    @Test
    void takesTheTerminalForAsLongAsTheCommandRuns() throws Exception {
        session.screen(100, 30);
        try (PipedOutputStream typing = new PipedOutputStream();
                InputStream typed = new PipedInputStream(typing)) {
            session.input(typed);
            CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(() -> run("-it", "web.1", "sh"));
            ExecInput size = size(reach.heard.poll(10, TimeUnit.SECONDS));
            assertThat(size.getSize().getWidth()).isEqualTo(100);
            assertThat(session.resized).isNotNull();
            assertThat(reach.started.get(0).getTerminal()).isTrue();
            assertThat(reach.started.get(0).getSize())
                    .isEqualTo(
                            WindowSize.newBuilder().setWidth(100).setHeight(30).build());
            typing.write(3);
            typing.flush();
            assertThat(reach.heard.poll(10, TimeUnit.SECONDS).getData().byteAt(0))
                    .isEqualTo((byte) 3);
            session.resized.run();
            size(reach.heard.poll(10, TimeUnit.SECONDS));
            typing.close();
            assertThat(run.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.exit(0));
        }
        assertThat(session.resized).as("the terminal is given back").isNull();
    }

    private static ExecInput size(ExecInput input) {
        assertThat(input.hasSize()).isTrue();
        return input;
    }

    @Test
    void aTerminalHasToBeThere() {
        assertThatThrownBy(() -> run("-it", "web.1", "sh")).hasMessage("the input device is not a TTY");
        session.screen(80, 24);
        assertThatThrownBy(() -> run("-i", "web.1", "cat"))
                .isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.line())
                        .isEqualTo("-i alone reads no terminal (add -t, or send the input into it)"));
        assertThat(reach.started).isEmpty();
    }

    @Test
    void tellsAsShellsDoWhatCannotRun() {
        SkepException missing = SkepException.state("COMMAND_NOT_FOUND", "foo: not found", "");
        reach.failure = Optional.of(missing);
        assertThat(run("web.1", "foo")).isEqualTo(Outcome.exit(127, missing));
        SkepException forbidden = SkepException.state("COMMAND_NOT_EXECUTABLE", "/etc: permission denied", "");
        reach.failure = Optional.of(forbidden);
        assertThat(run("web.1", "/etc")).isEqualTo(Outcome.exit(126, forbidden));
    }

    @Test
    void whoRanWhatWhereIsAudited() {
        reach.status = 5;
        run("web.1", "sh", "-c", "DB_PASSWORD='a b' run");
        reach.failure = Optional.of(SkepException.state("LEADER_LOST", "gone", ""));
        assertThatThrownBy(() -> run("web.1", "ls")).isInstanceOf(SkepException.class);
        String where = "node=host1, nodeId=node1aaaaaaaaaaaaaaaaaaaa, ";
        String task = ", task=web.1, taskId=task1x1aaaaaaaaaaaaaaaaaa}";
        assertThat(session.audited)
                .containsExactly(
                        "exec-start {" + where + "run=sh -c DB_PASSWORD=***" + task,
                        "exec-end {" + where + "result=5, run=sh -c DB_PASSWORD=***" + task,
                        "exec-start {" + where + "run=ls" + task,
                        "exec-end {" + where + "result=LEADER_LOST, run=ls" + task);
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        try (PipedOutputStream typing = new PipedOutputStream();
                InputStream typed = new PipedInputStream(typing)) {
            session.input(typed);
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    run("-i", "web.1", "cat");
                } catch (AssertionError e) {
                    end.complete(e.getCause());
                }
            });
            thread.start();
            assertThat(reach.begun.await(10, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(end.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        }
        assertThat(session.audited).last().asString().contains("result=broken off");
    }
}
