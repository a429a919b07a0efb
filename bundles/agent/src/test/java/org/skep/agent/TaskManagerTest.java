package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.testing.FakeHost;
import org.skep.api.testing.FakeRuntimeDriver;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.worker.WorkerTask;
import org.skep.template.task.TaskTemplates;

/** What comes between the end of an act and the moment the loop hears of it. */
class TaskManagerTest {

    @TempDir
    Path stateDir;

    private final FakeHost host = new FakeHost();
    private final QueueLoop loop = new QueueLoop();
    private boolean gone;
    private TaskManager manager;

    private record FakeNodeRuntime(RuntimeDriver driver) implements NodeRuntime {
        @Override
        public String name() {
            return "fake";
        }
    }

    @BeforeEach
    void start() {
        Drivers drivers = new Drivers(config());
        drivers.setRuntime(new FakeNodeRuntime(new FakeRuntimeDriver(host)));
        WorkerTask record = WorkerTask.newBuilder()
                .setTask(Task.newBuilder()
                        .setId("t1")
                        .setSpec(TaskSpec.newBuilder()
                                .setContainer(ContainerSpec.newBuilder().setImage("any")))
                        .setStatus(TaskStatus.newBuilder().setState(TaskState.ASSIGNED))
                        .setDesiredState(TaskState.RUNNING))
                .build();
        manager = new TaskManager(
                new TaskManager.Surroundings(
                        loop,
                        new DirectExecutor(),
                        Clock.systemUTC(),
                        drivers,
                        new Attachments(drivers),
                        new Expansion(() -> new TaskTemplates.Place("host1", "linux", "x86_64"))),
                new TaskRecord(new WorkerState(stateDir, new SwarmMembership("node1", "cluster1")), record),
                status -> {},
                () -> gone = true);
        manager.advance();
    }

    @Test
    void stopsATaskThatIsJustBeingWatched() {
        loop.runUntil(() -> manager.status().getState() == TaskState.RUNNING);
        manager.update(
                manager.task().toBuilder().setDesiredState(TaskState.SHUTDOWN).build());
        loop.runUntil(() -> false);
        assertThat(manager.status().getState()).isEqualTo(TaskState.SHUTDOWN);
    }

    @Test
    void removesATaskThatIsJustBeingWatched() {
        loop.runUntil(() -> manager.status().getState() == TaskState.RUNNING);
        manager.remove();
        loop.runUntil(() -> false);
        assertThat(gone).isTrue();
        assertThat(host.tasks()).isEmpty();
    }

    private NodeConfig config() {
        return new NodeConfig(
                "0.1.0",
                stateDir,
                "host1",
                InetSocketAddress.createUnresolved("127.0.0.1", 8022),
                NodeConfig.RuntimeChoice.AUTO,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO);
    }

    /** Runs what it is given only when a test says so. */
    private static final class QueueLoop implements Loop {
        private final Deque<Runnable> queue = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            queue.add(task);
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            return () -> {};
        }

        void runUntil(java.util.function.BooleanSupplier enough) {
            while (!enough.getAsBoolean() && !queue.isEmpty()) {
                queue.remove().run();
            }
        }
    }

    /** Acts are over before anybody can break them off. */
    private static final class DirectExecutor extends AbstractExecutorService implements ExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
