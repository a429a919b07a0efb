package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskUsage;
import org.skep.api.testing.FakeExec;
import org.skep.api.testing.Workload;
import org.skep.protocol.TaskState;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.UsageQuestion;
import org.skep.protocol.reach.WindowSize;

/** What a worker answers when it is asked about its tasks. */
class WorkerReachTest extends WorkerSetup {

    @Test
    void runsACommandWithItsInputAndTellsItsExitCode() throws Exception {
        run("t1");
        host.command("cat", Workload.exiting(3).echoingInput());
        FakeManager.Ears ears = exec("t1", "cat");
        ears.say(ExecInput.newBuilder().setData(ByteString.copyFromUtf8("hello")));
        eventually("the output", () -> ears.output().equals("hello"));
        ears.say(ExecInput.newBuilder().setEnd(true));

        ears.end.get(10, TimeUnit.SECONDS);
        assertThat(ears.last().getExitCode()).isEqualTo(3);
    }

    @Test
    void givesTheCommandWhatItAsksFor() {
        run("t1");
        host.command("sh", Workload.running());
        FakeManager.Ears ears = manager.ask(ReachRequest.newBuilder()
                .setExec(ExecStart.newBuilder()
                        .setTaskId("t1")
                        .addCommand("sh")
                        .addEnv("A=b")
                        .setUser("nobody")
                        .setWorkdir("/tmp")
                        .setInput(true)
                        .setTerminal(true)
                        .setSize(WindowSize.newBuilder().setWidth(100).setHeight(30))));
        eventually("it runs", () -> host.execs("t1").size() == 1);
        FakeExec exec = host.execs("t1").get(0);
        assertThat(exec.options().env()).containsExactly("A=b");
        assertThat(exec.options().user()).isEqualTo("nobody");
        assertThat(exec.options().workdir()).isEqualTo("/tmp");
        assertThat(exec.options().terminal()).isTrue();
        eventually("the window", () -> exec.size().equals("100x30"));
        ears.say(ExecInput.newBuilder()
                .setSize(WindowSize.newBuilder().setWidth(50).setHeight(20)));
        eventually("another window", () -> exec.size().equals("50x20"));
    }

    @Test
    void aReaderThatDoesNotTakeSlowsTheCommandDown() throws Exception {
        run("t1");
        host.command("yes", Workload.running());
        FakeManager.Ears ears = exec("t1", "yes");
        eventually("it runs", () -> host.execs("t1").size() == 1);
        CompletableFuture<Void> slow = new CompletableFuture<>();
        ears.taking = slow;
        CompletableFuture<Void> prints = CompletableFuture.runAsync(() -> {
            FakeExec exec = host.execs("t1").get(0);
            exec.print(LogSink.Stream.STDOUT, "one");
            exec.print(LogSink.Stream.STDOUT, "two");
        });
        eventually("the first line", () -> ears.output().equals("one\n"));
        assertThat(prints).isNotDone();
        ears.taking = CompletableFuture.completedFuture(null);
        slow.complete(null);
        prints.get(10, TimeUnit.SECONDS);
        assertThat(ears.output()).isEqualTo("one\ntwo\n");
    }

    @Test
    void killsTheCommandOfOneWhoGoes() {
        run("t1");
        host.command("sleep", Workload.running());
        FakeManager.Ears ears = exec("t1", "sleep");
        eventually("it runs", () -> host.execs("t1").size() == 1);
        ears.toNode.join().end();
        eventually("it is gone", () -> host.execs("t1").isEmpty());
        assertThat(ears.heard).isEmpty();
    }

    @Test
    void killsCommandsOnceTheSessionIsLost() {
        run("t1");
        host.command("sleep", Workload.running());
        FakeManager.Ears ears = exec("t1", "sleep");
        eventually("it runs", () -> host.execs("t1").size() == 1);
        manager.breakSession();
        eventually("it is gone", () -> host.execs("t1").isEmpty());
        eventually("the other end hears", () -> ears.end.isCompletedExceptionally());
    }

    @Test
    void aQuestionThatNobodyAsksAnyMoreLeavesNothing() throws Exception {
        run("t1");
        host.command("sh", Workload.exiting(0));
        manager.refuseAnswers(true);
        manager.ask(ReachRequest.newBuilder()
                .setExec(ExecStart.newBuilder().setTaskId("t1").addCommand("sh")));
        manager.refuseAnswers(false);
        FakeManager.Ears ears = exec("t1", "sh");
        ears.end.get(10, TimeUnit.SECONDS);
        assertThat(ears.last().getExitCode()).isZero();
        manager.breakSession();
    }

    @Test
    void muchOutputComesInPieces() throws Exception {
        run("t1");
        host.command("yes", Workload.running());
        FakeManager.Ears ears = exec("t1", "yes");
        eventually("it runs", () -> host.execs("t1").size() == 1);
        String much = "x".repeat(100_000);
        host.execs("t1").get(0).print(LogSink.Stream.STDERR, much);
        assertThat(ears.heard).hasSize(4).allSatisfy(message -> assertThat(
                        message.getExec().getErr().size())
                .isLessThanOrEqualTo(32 << 10));
        host.execs("t1").get(0).end(0);
        ears.end.get(10, TimeUnit.SECONDS);
    }

    @Test
    void saysWhatCannotRun() throws Exception {
        run("t1");
        assertThat(problemOf(exec("t1", "nonsense"))).isEqualTo("COMMAND_NOT_FOUND");
        assertThat(problemOf(exec("t2", "sh"))).isEqualTo("TASK_NOT_RUNNING");
        host.exit("t1", new TaskExit(0, ""));
        await("t1", TaskState.COMPLETE);
        assertThat(problemOf(exec("t1", "sh"))).isEqualTo("TASK_NOT_RUNNING");
    }

    @Test
    void tellsWhatTasksUse() throws Exception {
        run("t1");
        host.uses("t1", new TaskUsage(Instant.ofEpochSecond(7), 1, 2, 3, 4, 5, 6, 7, 8));
        FakeManager.Ears ears = manager.ask(ReachRequest.newBuilder()
                .setUsage(UsageQuestion.newBuilder().addTaskIds("t1").addTaskIds("elsewhere")));
        ears.end.get(10, TimeUnit.SECONDS);
        assertThat(ears.heard).hasSize(1);
        assertThat(ears.heard.get(0).getUsage().getTasksList()).singleElement().satisfies(usage -> {
            assertThat(usage.getTaskId()).isEqualTo("t1");
            assertThat(usage.getTime().getSeconds()).isEqualTo(7);
            assertThat(List.of(
                            usage.getCpuNanos(),
                            usage.getMemoryBytes(),
                            usage.getMemoryLimitBytes(),
                            usage.getReceivedBytes(),
                            usage.getSentBytes(),
                            usage.getReadBytes(),
                            usage.getWrittenBytes(),
                            usage.getProcesses()))
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        });
    }

    private void run(String id) {
        manager.assign(task(id));
        await(id, TaskState.RUNNING);
    }

    private FakeManager.Ears exec(String task, String command) {
        return manager.ask(ReachRequest.newBuilder()
                .setExec(ExecStart.newBuilder()
                        .setTaskId(task)
                        .addCommand(command)
                        .setInput(true)));
    }

    private static String problemOf(FakeManager.Ears ears) throws Exception {
        ears.end.get(10, TimeUnit.SECONDS);
        return ears.last().getProblem().getCode();
    }
}
