package org.skep.control.routed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.control.Events.Event;
import org.skep.control.Reach;
import org.skep.protocol.Annotations;
import org.skep.protocol.Meta;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecPlace;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.Problem;
import org.skep.protocol.reach.Usage;
import org.skep.protocol.reach.UsageList;
import org.skep.protocol.revision.Requester;

/** Commands inside tasks, from the manager where a user is to the node of the task. */
class RoutedReachTest {

    private static final Requester ANNA =
            Requester.newBuilder().setUser("anna").setOrigin("10.0.0.7:1").build();

    private final Managers managers = new Managers("a", "b", "c");
    private final FakeNodes nodes = new FakeNodes();
    private final User user = new User();

    /** Someone who runs a command. */
    private static final class User implements Reach.Console {
        final CompletableFuture<ExecPlace> place = new CompletableFuture<>();
        final CompletableFuture<Reach.Input> input = new CompletableFuture<>();
        final BlockingQueue<String> read = new LinkedBlockingQueue<>();
        final CompletableFuture<Void> reading = new CompletableFuture<>();
        volatile Thread thread;

        @Override
        public void begin(ExecPlace where, Reach.Input command) {
            place.complete(where);
            input.complete(command);
        }

        @Override
        public void output(ExecOutput output) {
            read.add(output.getOut().toStringUtf8() + output.getErr().toStringUtf8());
            reading.join();
        }

        CompletableFuture<Integer> run(Managers.One manager, String task) {
            CompletableFuture<Integer> status = new CompletableFuture<>();
            thread = new Thread(() -> {
                try {
                    ExecStart start = ExecStart.newBuilder()
                            .setTaskId(task)
                            .addCommand("ls")
                            .addCommand("-l")
                            .addCommand("API_KEY=hunter2")
                            .build();
                    status.complete(manager.control.reach().exec(start, ANNA, this));
                } catch (Exception e) {
                    status.completeExceptionally(e);
                }
            });
            thread.start();
            return status;
        }
    }

    @BeforeEach
    void start() {
        managers.lead("a");
        managers.get("a").local.broker(nodes);
        managers.store()
                .write(tx -> tx.create(Service.newBuilder()
                        .setId("s")
                        .setSpec(ServiceSpec.newBuilder()
                                .setAnnotations(Annotations.newBuilder().setName("web")))
                        .build()));
        task("t1", 1, "c", TaskState.RUNNING, 1);
        task("t2", 1, "b", TaskState.PREPARING, 2);
        task("t3", 2, "b", TaskState.FAILED, 2);
        task("t4", 3, "b", TaskState.RUNNING, 2);
        task("t5", 4, "c", TaskState.RUNNING, 2);
    }

    @AfterEach
    void stop() {
        user.reading.complete(null);
        managers.close();
    }

    private void task(String id, int slot, String node, TaskState state, long created) {
        managers.store()
                .write(tx -> tx.create(Task.newBuilder()
                        .setId(id)
                        .setMeta(Meta.newBuilder().setCreatedAt(Times.timestamp(Instant.ofEpochSecond(created))))
                        .setServiceId("s")
                        .setServiceAnnotations(Annotations.newBuilder().setName("web"))
                        .setSlot(slot)
                        .setNodeId(node)
                        .setStatus(TaskStatus.newBuilder().setState(state))
                        .build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void runsACommandWithInputAndOutput(String manager) throws Exception {
        user.reading.complete(null);
        CompletableFuture<Integer> status = user.run(managers.get(manager), "t1");
        FakeNodes.Asked asked = nodes.next();
        assertThat(asked.nodeId()).isEqualTo("c");
        assertThat(asked.request().getExec().getCommandList()).containsExactly("ls", "-l", "API_KEY=hunter2");
        assertThat(user.place.get(10, TimeUnit.SECONDS))
                .isEqualTo(ExecPlace.newBuilder()
                        .setTaskId("t1")
                        .setTaskName("web.1")
                        .setNodeId("c")
                        .setHostname("host-c")
                        .build());

        user.input
                .get(10, TimeUnit.SECONDS)
                .send(input("in"))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        assertThat(asked.heard().poll(10, TimeUnit.SECONDS).getExec()).isEqualTo(input("in"));
        say(asked, ExecOutput.newBuilder().setOut(ByteString.copyFromUtf8("out")));
        say(asked, ExecOutput.newBuilder().setErr(ByteString.copyFromUtf8("err")));
        say(asked, ExecOutput.newBuilder().setExitCode(42));

        assertThat(status.get(10, TimeUnit.SECONDS)).isEqualTo(42);
        assertThat(user.read).containsExactly("out", "err");
        asked.over().get(10, TimeUnit.SECONDS);
        assertThat(events()).extracting(Event::action).containsSequence("exec_start", "exec_end");
        assertThat(events().get(events().size() - 1).attributes())
                .containsEntry("name", "web.1.t1")
                .containsEntry("node", "c")
                .containsEntry("command", "ls -l API_KEY=***")
                .containsEntry("user", "anna")
                .containsEntry("origin", "10.0.0.7:1")
                .containsEntry("exitCode", "42");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void aUserWhoDoesNotReadHoldsTheNodeBack(String manager) throws Exception {
        CompletableFuture<Integer> status = user.run(managers.get(manager), "t1");
        FakeNodes.Asked asked = nodes.next();
        CompletableFuture<Void> all = CompletableFuture.runAsync(() -> {
            ByteString piece = ByteString.copyFrom(new byte[32 << 10]);
            for (int i = 0; i < 1000; i++) {
                say(asked, ExecOutput.newBuilder().setOut(piece));
            }
        });
        assertThat(user.read.poll(10, TimeUnit.SECONDS)).hasSize(32 << 10);
        assertThat(all).isNotDone();
        assertThat(user.read).isEmpty();
        user.reading.complete(null);
        all.get(30, TimeUnit.SECONDS);
        say(asked, ExecOutput.newBuilder().setExitCode(0));
        assertThat(status.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(user.read).hasSize(999);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void aUserWhoGoesIsToldToTheNode(String manager) throws Exception {
        CompletableFuture<Integer> status = user.run(managers.get(manager), "t1");
        FakeNodes.Asked asked = nodes.next();
        user.place.get(10, TimeUnit.SECONDS);
        user.thread.interrupt();
        assertThatThrownBy(() -> status.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        asked.over().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void whatTheNodeCannotDoIsAnError(String manager) throws Exception {
        CompletableFuture<Integer> status = user.run(managers.get(manager), "t1");
        FakeNodes.Asked asked = nodes.next();
        say(
                asked,
                ExecOutput.newBuilder()
                        .setProblem(Problem.newBuilder()
                                .setCode("COMMAND_NOT_FOUND")
                                .setMessage("ls: not found")));
        assertRefused("COMMAND_NOT_FOUND", "ls: not found", status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void aNodeThatIsLostIsAnError(String manager) throws Exception {
        CompletableFuture<Integer> status = user.run(managers.get(manager), "t1");
        nodes.next().answers().fail(SkepException.state("NODE_UNREACHABLE", "the connection to node c is lost", ""));
        assertRefused("NODE_UNREACHABLE", "the connection to node c is lost", status);
    }

    @Test
    void aCommandEndsWithTheLeaderThatItWasBegunThrough() throws Exception {
        CompletableFuture<Integer> status = user.run(managers.get("b"), "t1");
        nodes.next();
        user.place.get(10, TimeUnit.SECONDS);
        managers.get("a").die();
        managers.lead("c");
        assertRefused("LEADER_LOST", "the leader of the swarm has gone (run the command again)", status);
        assertThat(nodes.asked).isEmpty();
    }

    @Test
    void theNameOfASlotMeansTheTaskThatRuns() throws Exception {
        user.run(managers.get("b"), "web.1");
        assertThat(nodes.next().request().getExec().getTaskId()).isEqualTo("t1");
    }

    @Test
    void aTaskThatDoesNotRunTakesNoCommand() {
        assertRefused(
                "TASK_NOT_RUNNING", "task web.2 does not run: it is failed", user.run(managers.get("b"), "web.2"));
        assertRefused("NOT_FOUND", "web.9", user.run(managers.get("b"), "web.9"));
        assertThat(nodes.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void asksEachNodeOnceWhatItsTasksUse(String manager) throws Exception {
        CompletableFuture<List<Usage>> usage = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        usage.complete(managers.get(manager).control.reach().usage(List.of("t1", "t3", "t4", "t5")));
                    } catch (Exception e) {
                        usage.completeExceptionally(e);
                    }
                })
                .start();
        FakeNodes.Asked first = nodes.next();
        FakeNodes.Asked second = nodes.next();
        assertThat(first.request().getUsage().getTaskIdsList()).containsExactly("t1", "t5");
        assertThat(second.request().getUsage().getTaskIdsList()).containsExactly("t4");
        Usage used = Usage.newBuilder().setTaskId("t1").setCpuNanos(7).build();
        first.answers()
                .take(FromNode.newBuilder()
                        .setUsage(UsageList.newBuilder().addTasks(used))
                        .build());
        second.answers().fail(SkepException.state("NODE_UNREACHABLE", "node b is not connected", ""));
        assertThat(usage.get(10, TimeUnit.SECONDS)).containsExactly(used);
        first.over().get(10, TimeUnit.SECONDS);
    }

    private List<Event> events() throws InterruptedException {
        List<Event> events = new ArrayList<>();
        managers.get("a")
                .control
                .events()
                .follow(Optional.of(Instant.EPOCH), Optional.of(Instant.now().plusMillis(1)), events::add);
        return events;
    }

    private static ExecInput input(String text) {
        return ExecInput.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
    }

    private static void say(FakeNodes.Asked asked, ExecOutput.Builder output) {
        CompletionStage<Void> taken =
                asked.answers().take(FromNode.newBuilder().setExec(output).build());
        taken.exceptionally(gone -> null).toCompletableFuture().join();
    }

    private static void assertRefused(String code, String fragment, CompletableFuture<?> result) {
        assertThatThrownBy(() -> result.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(SkepException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.line()).contains(fragment).doesNotContain("\n");
                });
    }
}
