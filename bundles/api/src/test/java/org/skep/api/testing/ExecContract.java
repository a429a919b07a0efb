package org.skep.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskUsage;

/** What a driver that looks into its tasks must do, beyond running them. */
public abstract class ExecContract extends RuntimeDriverContract {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A command that does this when it is run inside a task. */
    protected List<String> command(Workload workload) {
        return List.of("sh", "-c", workload.script());
    }

    @Test
    void runsACommandInsideATask() throws Exception {
        TaskController task = running(task(container(Workload.running()).env(List.of("WHO=task", "HOW=well"))));
        List<String> command =
                command(Workload.exiting(3).printing("hello $WHO, $HOW").complaining("oh"));
        RecordingExec said = new RecordingExec();
        task.exec(new ExecOptions(command, List.of("WHO=you"), "", "", false, false), said);

        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 3");
        assertThat(said.text(LogSink.Stream.STDOUT)).isEqualTo("hello you, well\n");
        assertThat(said.text(LogSink.Stream.STDERR)).isEqualTo("oh\n");
        assertThat(task.exited().toCompletableFuture()).isNotDone();
    }

    @Test
    void runsACommandInTheDirectoryThatItNames() throws Exception {
        RecordingExec said = new RecordingExec();
        running(task(container(Workload.running())))
                .exec(
                        new ExecOptions(
                                command(Workload.exiting(0).printing("$PWD")), List.of(), "", "/tmp", false, false),
                        said);
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 0");
        assertThat(said.text(LogSink.Stream.STDOUT)).isEqualTo("/tmp\n");
    }

    @Test
    void handsInputOverUntilItsEnd() throws Exception {
        TaskController task = running(task(container(Workload.running())));
        RecordingExec said = new RecordingExec();
        Exec exec = task.exec(options(Workload.exiting(0).echoingInput(), true), said);

        // Before anything can be up.
        exec.input("one\n".getBytes(StandardCharsets.UTF_8));
        eventually("the first line", () -> said.text(LogSink.Stream.STDOUT).equals("one\n"));
        exec.input("two".getBytes(StandardCharsets.UTF_8));
        exec.endOfInput();

        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 0");
        assertThat(said.text(LogSink.Stream.STDOUT)).isEqualTo("one\ntwo");
        exec.input("too late".getBytes(StandardCharsets.UTF_8));
        exec.close();
    }

    @Test
    void carriesMuchBothWays() throws Exception {
        TaskController task = running(task(container(Workload.running())));
        AtomicLong count = new AtomicLong();
        CountDownLatch end = new CountDownLatch(1);
        Exec exec = task.exec(options(Workload.exiting(0).echoingInput(), true), new ExecSink() {
            @Override
            public void output(LogSink.Stream stream, byte[] data) {
                count.addAndGet(data.length);
            }

            @Override
            public void ended(int exitCode) {
                end.countDown();
            }

            @Override
            public void failed(String problem) {
                throw new AssertionError(problem);
            }
        });
        byte[] piece = new byte[100_000];
        Arrays.fill(piece, (byte) 'x');
        for (int i = 0; i < 40; i++) {
            exec.input(piece);
        }
        exec.endOfInput();
        assertThat(end.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(count).hasValue(4_000_000);
    }

    @Test
    void hasNoInputUnlessAsked() throws Exception {
        RecordingExec said = new RecordingExec();
        running(task(container(Workload.running())))
                .exec(options(Workload.exiting(0).echoingInput(), false), said);
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 0");
    }

    @Test
    void mergesTheOutputOfATerminal() throws Exception {
        RecordingExec said = new RecordingExec();
        Exec exec = running(task(container(Workload.running())))
                .exec(
                        new ExecOptions(
                                command(Workload.exiting(4).printing("out").complaining("err")),
                                List.of(),
                                "",
                                "",
                                true,
                                true),
                        said);
        exec.resize(100, 30);
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 4");
        assertThat(said.text(LogSink.Stream.STDOUT).lines()).containsExactly("out", "err");
        assertThat(said.text(LogSink.Stream.STDERR)).isEmpty();
    }

    @Test
    void namesACommandToRunInsideThatDoesNotExist() throws Exception {
        RecordingExec said = new RecordingExec();
        running(task(container(Workload.running())))
                .exec(new ExecOptions(List.of("no-such-command"), List.of(), "", "", false, false), said);
        assertThat(said.awaitEnd(LIMIT))
                .startsWith("failed: ")
                .contains("no-such-command")
                .doesNotContain("\n");
    }

    @Test
    void refusesACommandWhereNothingRuns() throws Exception {
        TaskController task = running(task(container(Workload.exiting(0))));
        exit(task);
        assertThatThrownBy(() -> task.exec(options(Workload.exiting(0), false), new RecordingExec()))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("TASK_NOT_RUNNING"));
    }

    @Test
    void endsTheCommandWithItsTask() throws Exception {
        TaskController task = running(task(container(Workload.running())));
        RecordingExec said = new RecordingExec();
        task.exec(options(Workload.running().printing("up"), false), said);
        eventually("it runs", () -> said.text(LogSink.Stream.STDOUT).equals("up\n"));
        task.kill();
        said.awaitEnd(LIMIT);
        assertThat(exit(task).code()).isEqualTo(137);
    }

    @Test
    void letsGoOfACommand() throws Exception {
        TaskController task = running(task(container(Workload.running())));
        RecordingExec said = new RecordingExec();
        Exec exec = task.exec(options(Workload.running().printing("up"), true), said);
        eventually("it runs", () -> said.text(LogSink.Stream.STDOUT).equals("up\n"));
        long before = processes(task);
        exec.close();
        exec.close();
        eventually("it is gone", () -> before == 1 || processes(task) < before);
        assertThat(said.over()).isFalse();
        assertThat(task.exited().toCompletableFuture()).isNotDone();
    }

    private static long processes(TaskController task) {
        return task.usage().map(TaskUsage::processes).orElse(0L);
    }

    @Test
    void tellsWhatATaskUses() throws Exception {
        TaskController task = running(task(container(Workload.running())));
        eventually("it has used the processor", () -> task.usage().orElseThrow().cpuNanos() > 0);
        TaskUsage usage = task.usage().orElseThrow();
        assertThat(usage.memoryBytes()).isPositive();
        assertThat(usage.memoryLimitBytes()).isGreaterThanOrEqualTo(usage.memoryBytes());
        assertThat(usage.processes()).isPositive();
        task.kill();
        exit(task);
        assertThat(task.usage()).isEmpty();
    }

    private ExecOptions options(Workload workload, boolean input) {
        return new ExecOptions(command(workload), List.of(), "", "", input, false);
    }
}
