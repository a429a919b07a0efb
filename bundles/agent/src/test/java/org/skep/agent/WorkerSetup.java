package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.testing.FakeHost;
import org.skep.api.testing.FakeRuntimeDriver;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.Mount;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

/** A worker with a manager, drivers and a clock that tests move. */
abstract class WorkerSetup {

    static final SwarmMembership MEMBERSHIP = new SwarmMembership("node1", "cluster1");

    @TempDir
    Path stateDir;

    final FakeHost host = new FakeHost();

    final FakeManager manager = new FakeManager();

    final List<SessionMessage> facts = new CopyOnWriteArrayList<>();

    final List<SessionMessage> lastingFacts = new CopyOnWriteArrayList<>();

    final FakeVolumes nfs = new FakeVolumes();

    final FakeNetworks bridge = new FakeNetworks();

    Drivers drivers;

    TestLoop loop;

    ExecutorService workers;

    Worker worker;

    record FakeNodeRuntime(RuntimeDriver driver) implements NodeRuntime {
        @Override
        public String name() {
            return "fake";
        }
    }

    @BeforeEach
    void start() {
        drivers = new Drivers(config());
        drivers.setRuntime(new FakeNodeRuntime(new FakeRuntimeDriver(host)));
        launch();
    }

    void launch() {
        loop = new TestLoop();
        workers = Executors.newCachedThreadPool();
        worker = new Worker(
                stateDir,
                MEMBERSHIP,
                drivers,
                new SelfDescription(config(), drivers),
                loop,
                workers,
                Clock.systemUTC(),
                () -> 1.0,
                (message, lasting) -> {
                    facts.add(message);
                    if (lasting) {
                        lastingFacts.add(message);
                    }
                });
        TestLoop current = loop;
        Worker started = worker;
        drivers.onChange(() -> current.execute(started::driversChanged));
        loop.execute(worker::start);
        loop.execute(() -> started.reach(Optional.of(manager)));
    }

    /** What a stop of the daemon does; with it go all threads. */
    @AfterEach
    void close() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            worker.close();
            done.complete(null);
        });
        done.get(10, TimeUnit.SECONDS);
        loop.close();
        workers.shutdownNow();
        assertThat(workers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    void restart() throws Exception {
        close();
        drivers = new Drivers(config());
        drivers.setRuntime(new FakeNodeRuntime(new FakeRuntimeDriver(host)));
        launch();
    }

    void await(String taskId, TaskState state) {
        try {
            eventually(taskId + " is " + state, () -> manager.state(taskId) == state);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it is " + manager.status(taskId), e);
        }
    }

    static Task task(String id) {
        return task(id, container -> container);
    }

    static Task task(String id, UnaryOperator<ContainerSpec.Builder> container) {
        return Task.newBuilder()
                .setId(id)
                .setServiceId("s1")
                .setNodeId("node1")
                .setSlot(1)
                .setServiceAnnotations(Annotations.newBuilder().setName("web"))
                .setDesiredState(TaskState.RUNNING)
                .setStatus(TaskStatus.newBuilder().setState(TaskState.ASSIGNED))
                .setSpec(TaskSpec.newBuilder()
                        .setContainer(container.apply(ContainerSpec.newBuilder().setImage("any"))))
                .build();
    }

    static Mount volume(String name, String target) {
        return Mount.newBuilder()
                .setType(Mount.Type.VOLUME)
                .setSource(name)
                .setTarget(target)
                .setVolumeOptions(Mount.VolumeOptions.newBuilder()
                        .setDriverConfig(Driver.newBuilder().setName("nfs")))
                .build();
    }

    static NetworkAttachment network(String name) {
        return NetworkAttachment.newBuilder()
                .setNetwork(Network.newBuilder()
                        .setId(name + "-id")
                        .setDriverState(Driver.newBuilder().setName("bridge"))
                        .setSpec(NetworkSpec.newBuilder()
                                .setAnnotations(Annotations.newBuilder().setName(name))))
                .build();
    }

    NodeConfig config() {
        return new NodeConfig(
                "0.1.0",
                stateDir,
                "host1",
                InetSocketAddress.createUnresolved("127.0.0.1", 8022),
                NodeConfig.RuntimeChoice.AUTO,
                Optional.empty(),
                Map.of("zone", "a"),
                NodeConfig.LogLevel.INFO);
    }
}
