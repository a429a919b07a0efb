package org.skep.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.skep.api.testing.Eventually.eventually;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.testing.RecordingExec;

/** Commands inside processes, as far as they differ from those in containers. */
class ProcessExecTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path stateDir;

    private ProcessRuntimeDriver driver;
    private TaskController task;

    @AfterEach
    void end() throws InterruptedException {
        task.kill();
        driver.close();
    }

    private void run(ContainerConfig.Builder container) throws InterruptedException {
        driver = new ProcessRuntimeDriver(
                "0.1.0", stateDir.resolve("tasks"), stateDir.resolve("cgroup"), new TaskSpec.LogSize(1 << 20, 3));
        task = driver.controller(new TaskDescription(
                "task",
                "web.1.task",
                "service",
                "web",
                "node",
                container
                        .command(List.of("sh", "-c", "while :; do sleep 0.1; done"))
                        .build(),
                ResourceLimits.NONE,
                List.of(),
                List.of(),
                Map.of()));
        task.prepare();
        task.start();
    }

    private static ExecOptions shell(String script) {
        return new ExecOptions(List.of("sh", "-c", script), List.of(), "", "", false, false);
    }

    @Test
    void hasTheSurroundingsOfTheTask() throws Exception {
        run(ContainerConfig.of("none").env(List.of("A=1")));
        RecordingExec said = new RecordingExec();
        task.exec(shell("echo $PWD $A $SKEP_TASK_NAME; test -t 1 || echo no terminal"), said);
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 0");
        assertThat(said.text(LogSink.Stream.STDOUT))
                .isEqualTo(stateDir.toRealPath().resolve("tasks/task/work") + " 1 web.1.task\nno terminal\n");
    }

    @Test
    void givesATerminalOfTheSizeThatItIsTold() throws Exception {
        run(ContainerConfig.of("none"));
        RecordingExec said = new RecordingExec();
        Exec exec = task.exec(
                new ExecOptions(
                        List.of("sh", "-c", "test -t 0 && echo $TERM; read answer; stty size"),
                        List.of(),
                        "",
                        "",
                        true,
                        true),
                said);
        exec.resize(100, 30);
        exec.input("go\n".getBytes(StandardCharsets.UTF_8));
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 0");
        assertThat(said.text(LogSink.Stream.STDOUT).lines())
                // A terminal shows what is typed, whenever it comes.
                .containsExactlyInAnyOrder("xterm", "go", "30 100");
    }

    @Test
    void passesControlKeysOn() throws Exception {
        run(ContainerConfig.of("none"));
        RecordingExec said = new RecordingExec();
        Exec exec = task.exec(new ExecOptions(List.of("cat"), List.of(), "", "", true, true), said);
        exec.input("hi\n".getBytes(StandardCharsets.UTF_8));
        // Once from the terminal, once from the program, which is there by then.
        eventually("it runs", () -> said.text(LogSink.Stream.STDOUT).equals("hi\r\nhi\r\n"));
        exec.input(new byte[] {3});
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 130");
    }

    @Test
    void hearsAllSignals() throws Exception {
        run(ContainerConfig.of("none"));
        RecordingExec said = new RecordingExec();
        task.exec(
                new ExecOptions(List.of("grep", "SigIgn", "/proc/self/status"), List.of(), "", "", false, false), said);
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 0");
        String ignored =
                said.text(LogSink.Stream.STDOUT).replaceFirst("SigIgn:", "").strip();
        // Above 31 are those that the C library keeps to itself.
        assertThat(Long.parseLong(ignored, 16) & 0x7fffffff).isZero();
    }

    @Test
    void becomesTheUserThatItNamesAndLeavesTheTasksFilesAlone() throws Exception {
        assumeTrue(Host.root(), "needs root, to become somebody else");
        run(ContainerConfig.of("none"));
        RecordingExec said = new RecordingExec();
        task.exec(
                new ExecOptions(
                        List.of("sh", "-c", "id -un; stat -c %U ."), List.of(), "nobody:nogroup", "", false, false),
                said);
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("exit 0");
        assertThat(said.text(LogSink.Stream.STDOUT)).isEqualTo("nobody\nroot\n");
    }

    @Test
    void namesAUserThatDoesNotExist() throws Exception {
        assumeTrue(Host.root(), "needs root, to become somebody else");
        run(ContainerConfig.of("none"));
        RecordingExec said = new RecordingExec();
        task.exec(new ExecOptions(List.of("id"), List.of(), "no-such", "", false, false), said);
        assertThat(said.awaitEnd(LIMIT)).isEqualTo("failed: no user 'no-such' on this host");
    }

    @Test
    void killsTheCommandAndItsChildrenWhenItLetsGo() throws Exception {
        run(ContainerConfig.of("none"));
        RecordingExec said = new RecordingExec();
        Exec exec = task.exec(shell("sleep 1000 & echo $$ $!; wait"), said);
        eventually("it runs", () -> said.text(LogSink.Stream.STDOUT).endsWith("\n"));
        List<Long> processes = List.of(said.text(LogSink.Stream.STDOUT).strip().split(" ")).stream()
                .map(Long::parseLong)
                .toList();
        exec.close();
        for (long process : processes) {
            eventually("it is gone", () -> !alive(process));
        }
        assertThat(said.over()).isFalse();
    }

    /** Where nobody reaps orphans, those that ended stay for ever. */
    private static boolean alive(long pid) {
        return ProcessHandle.of(pid)
                .filter(process -> process.info().command().isPresent())
                .isPresent();
    }

    @Test
    void countsAllProcessesOfATask() throws Exception {
        run(ContainerConfig.of("none"));
        eventually(
                "its shell, and what that runs",
                () -> task.usage().orElseThrow().processes() == 2);
    }

    @Test
    void refusesWhereNothingRuns() throws Exception {
        run(ContainerConfig.of("none"));
        task.kill();
        task.exited().toCompletableFuture().join();
        assertThatThrownBy(() -> task.exec(shell("true"), new RecordingExec()))
                .isInstanceOf(SkepException.class)
                .hasMessage("task web.1.task is not running");
    }
}
