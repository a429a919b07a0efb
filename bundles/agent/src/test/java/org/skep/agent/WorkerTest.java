package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskMount;
import org.skep.api.testing.FakeHost;
import org.skep.api.testing.FakeRuntimeDriver;
import org.skep.api.testing.Workload;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.Endpoint;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.Mount;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

class WorkerTest {

    private static final SwarmMembership MEMBERSHIP = new SwarmMembership("node1", "cluster1");

    @TempDir
    Path stateDir;

    private final FakeHost host = new FakeHost();
    private final FakeManager manager = new FakeManager();
    private final List<SessionMessage> facts = new CopyOnWriteArrayList<>();
    private final List<SessionMessage> lastingFacts = new CopyOnWriteArrayList<>();
    private final FakeVolumes nfs = new FakeVolumes();
    private final FakeNetworks bridge = new FakeNetworks();
    private Drivers drivers;
    private TestLoop loop;
    private ExecutorService workers;
    private Worker worker;

    private record FakeNodeRuntime(RuntimeDriver driver) implements NodeRuntime {
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

    private void launch() {
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

    private void restart() throws Exception {
        close();
        drivers = new Drivers(config());
        drivers.setRuntime(new FakeNodeRuntime(new FakeRuntimeDriver(host)));
        launch();
    }

    @Test
    void whatASessionSaidCountsForMoreOnceItHasLasted() {
        eventually("in session", () -> loop.waits().contains(ManagerSession.LASTING));
        eventually("facts", () -> !facts.isEmpty());
        loop.advance(ManagerSession.LASTING.minusSeconds(1));
        manager.breakSession();
        eventually("in the next one", () -> loop.waits().contains(ManagerSession.LASTING));
        loop.advance(ManagerSession.LASTING.minusSeconds(1));
        assertThat(lastingFacts).isEmpty();
        loop.advance(Duration.ofSeconds(1));
        eventually("it has lasted", () -> !lastingFacts.isEmpty());
    }

    @Test
    void runsATask() {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        assertThat(host.running("t1")).isTrue();
        assertThat(manager.states("t1")).isSorted().doesNotContain(TaskState.FAILED);
        TaskStatus status = manager.status("t1").orElseThrow();
        assertThat(status.getContainer().getContainerId()).isEqualTo("fake-t1");
        assertThat(status.getContainer().getPid()).isPositive();
        assertThat(status.hasTimestamp()).isTrue();
    }

    @Test
    void describesTheTaskToTheRuntime() {
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        manager.assign(task("t1", container -> container.addEnv("A=b").addMounts(volume("data", "/data"))).toBuilder()
                .addNetworks(network("n1"))
                .build());
        await("t1", TaskState.RUNNING);
        var description = host.description("t1");
        assertThat(description.name()).isEqualTo("web.1.t1");
        assertThat(description.container().env()).containsExactly("A=b");
        assertThat(description.container().mounts()).singleElement().satisfies(mount -> {
            assertThat(mount.type()).isEqualTo(TaskMount.Type.BIND);
            assertThat(mount.source()).isEqualTo("/volumes/data");
            assertThat(mount.target()).isEqualTo("/data");
        });
        assertThat(description.networks()).singleElement().satisfies(network -> {
            assertThat(network.runtimeName()).isEqualTo("net-n1");
            assertThat(network.aliases()).containsExactly("web", "web.1.t1");
        });
        assertThat(description.labels())
                .containsEntry("com.docker.swarm.task.id", "t1")
                .containsEntry("com.docker.swarm.task.name", "web.1.t1")
                .containsEntry("com.docker.swarm.service.name", "web")
                .containsEntry("com.docker.swarm.service.id", "s1")
                .containsEntry("com.docker.swarm.node.id", "node1");
    }

    @Test
    void holdsATaskThatIsNotYetWanted() {
        manager.assign(task("t1").toBuilder().setDesiredState(TaskState.READY).build());
        await("t1", TaskState.READY);
        assertThat(host.starts("t1")).isZero();
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
    }

    @Test
    void stopsATask() {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        manager.assign(
                task("t1").toBuilder().setDesiredState(TaskState.SHUTDOWN).build());
        await("t1", TaskState.SHUTDOWN);
        assertThat(host.running("t1")).isFalse();
        assertThat(host.tasks()).contains("t1");
        manager.remove("t1");
        eventually("the task is removed", () -> host.tasks().isEmpty());
    }

    @Test
    void neverGoesBackToALowerDesiredState() {
        manager.assign(
                task("t1").toBuilder().setDesiredState(TaskState.SHUTDOWN).build());
        await("t1", TaskState.SHUTDOWN);
        manager.assign(task("t1"));
        manager.assign(task("t2"));
        await("t2", TaskState.RUNNING);
        assertThat(manager.state("t1")).isEqualTo(TaskState.SHUTDOWN);
    }

    @Test
    void reportsHowATaskEnded() {
        host.image("job", Workload.exiting(0)).image("crash", Workload.exiting(3));
        manager.assign(task("t1", container -> container.setImage("job")));
        manager.assign(task("t2", container -> container.setImage("crash")));
        await("t1", TaskState.COMPLETE);
        await("t2", TaskState.FAILED);
        assertThat(manager.status("t1").orElseThrow().getMessage()).isEqualTo("finished");
        assertThat(manager.status("t2").orElseThrow().getErr()).isEqualTo("task: non-zero exit (3)");
        assertThat(manager.status("t2").orElseThrow().getContainer().getExitCode())
                .isEqualTo(3);
    }

    @Test
    void rejectsWhatTheDriverRefuses() {
        host.image("missing", FakeHost.Behaviour.of(Workload.running()).onPrepare(task -> {
            throw SkepException.user("NO_IMAGE", "no such image: missing\nat all", "");
        }));
        manager.assign(task("t1", container -> container.setImage("missing")));
        manager.assign(task("t2", container -> container.addCapabilityAdd("NET_ADMIN")));
        await("t1", TaskState.REJECTED);
        await("t2", TaskState.REJECTED);
        assertThat(manager.status("t1").orElseThrow().getErr()).isEqualTo("no such image: missing; at all");
        assertThat(manager.status("t2").orElseThrow().getErr()).contains("--cap-add");

        manager.remove("t2");
        eventually("nothing of t2 is kept", () -> new WorkerState(stateDir, MEMBERSHIP)
                .load().stream().noneMatch(task -> task.getTask().getId().equals("t2")));
    }

    @Test
    void failsWhenTheStartFails() {
        host.image("bad", FakeHost.Behaviour.of(Workload.running()).onStart(task -> {
            throw SkepException.external("START_FAILED", "port 80 is already in use", "", null);
        }));
        manager.assign(task("t1", container -> container.setImage("bad")));
        await("t1", TaskState.FAILED);
        assertThat(manager.status("t1").orElseThrow().getErr()).isEqualTo("port 80 is already in use");
    }

    @Test
    void doesNotShowDefectsOfDrivers() {
        host.image("defect", FakeHost.Behaviour.of(Workload.running()).onPrepare(task -> {
            throw new IllegalStateException("index 3 out of bounds");
        }));
        manager.assign(task("t1", container -> container.setImage("defect")));
        await("t1", TaskState.REJECTED);
        assertThat(manager.status("t1").orElseThrow().getErr())
                .contains("unexpectedly")
                .doesNotContain("index 3");
    }

    @Test
    void waitsWhileTheEngineIsDown() {
        eventually("connected", manager::connected);
        host.down(SkepException.external(RuntimeDriver.UNAVAILABLE, "the engine does not answer", "", null));
        manager.assign(task("t1"));
        eventually("the reason is told", () -> manager.status("t1")
                .filter(status -> status.getMessage().equals("the engine does not answer"))
                .isPresent());
        assertThat(manager.state("t1")).isEqualTo(TaskState.PREPARING);
        host.up();
        eventually("it is tried again", () -> {
            loop.advance(Duration.ofSeconds(1));
            return manager.state("t1") == TaskState.RUNNING;
        });
    }

    @Test
    void waitsForAMissingDriver() {
        manager.assign(task("t1", container -> container.addMounts(volume("data", "/data"))));
        eventually("the reason is told", () -> manager.status("t1")
                .filter(status -> status.getMessage().equals("no volume driver nfs"))
                .isPresent());
        assertThat(manager.state("t1")).isEqualTo(TaskState.PREPARING);
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        await("t1", TaskState.RUNNING);
        assertThat(nfs.mounted).containsExactly("data@t1");
    }

    @Test
    void keepsTasksRunningWhenADriverGoes() {
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        manager.assign(task("t1", container -> container.addMounts(volume("data", "/data"))));
        await("t1", TaskState.RUNNING);
        drivers.removeVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        NodeRuntime runtime = drivers.runtime().orElseThrow();
        drivers.unsetRuntime(runtime);
        manager.assign(task("t2"));
        eventually("the reason is told", () -> manager.status("t2")
                .filter(status -> status.getMessage().equals("no runtime driver fake"))
                .isPresent());
        assertThat(host.running("t1")).isTrue();
        assertThat(manager.state("t1")).isEqualTo(TaskState.RUNNING);

        drivers.setRuntime(new FakeNodeRuntime(new FakeRuntimeDriver(host)));
        await("t2", TaskState.RUNNING);
        host.exit("t1", new TaskExit(1, ""));
        await("t1", TaskState.FAILED);
        assertThat(nfs.mounted).containsExactly("data@t1");
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        eventually("the volume is given back", nfs.mounted::isEmpty);
        assertThat(host.starts("t1")).isOne();
    }

    @Test
    void startsAgainWithTheNextDriver() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch news = new CountDownLatch(1);
        host.image("slow", FakeHost.Behaviour.of(Workload.running()).onStart(task -> {
            starting.countDown();
            news.await();
        }));
        manager.assign(task("t1", container -> container.setImage("slow")));
        assertThat(starting.await(10, TimeUnit.SECONDS)).isTrue();
        drivers.unsetRuntime(drivers.runtime().orElseThrow());
        eventually("the reason is told", () -> manager.status("t1")
                .filter(status -> status.getMessage().equals("no runtime driver fake"))
                .isPresent());
        host.image("slow", Workload.running());
        drivers.setRuntime(new FakeNodeRuntime(new FakeRuntimeDriver(host)));
        await("t1", TaskState.RUNNING);
        assertThat(host.starts("t1")).isOne();
    }

    @Test
    void givesVolumesAndNetworksBack() {
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        for (String id : List.of("t1", "t2")) {
            manager.assign(task(id, container -> container.addMounts(volume("data", "/data"))).toBuilder()
                    .addNetworks(network("n1"))
                    .build());
            await(id, TaskState.RUNNING);
        }
        host.exit("t1", new TaskExit(0, ""));
        eventually("t1 gave its volume back", () -> nfs.mounted.equals(java.util.Set.of("data@t2")));
        assertThat(bridge.present).containsExactly("n1");
        host.exit("t2", new TaskExit(0, ""));
        eventually("nothing is held", () -> nfs.mounted.isEmpty() && bridge.present.isEmpty());
    }

    @Test
    void removesATaskWhoseNetworksAreBeingGivenBack() throws Exception {
        CountDownLatch releasing = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        bridge.releasing = () -> {
            bridge.releasing = () -> {};
            releasing.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        };
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        manager.assign(task("t1").toBuilder().addNetworks(network("n1")).build());
        await("t1", TaskState.RUNNING);
        host.exit("t1", new TaskExit(0, ""));
        assertThat(releasing.await(10, TimeUnit.SECONDS)).isTrue();
        manager.remove("t1");
        eventually("t1 is removed", () -> host.tasks().isEmpty());
    }

    @Test
    void triesAgainToUnmountAfterItWasBrokenOff() throws Exception {
        CountDownLatch unmounting = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        nfs.unmounting = () -> {
            nfs.unmounting = () -> {};
            unmounting.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        manager.assign(task("t1", container -> container.addMounts(volume("data", "/data"))));
        await("t1", TaskState.RUNNING);
        host.exit("t1", new TaskExit(0, ""));
        assertThat(unmounting.await(10, TimeUnit.SECONDS)).isTrue();
        manager.remove("t1");
        eventually("nothing is mounted", () -> nfs.mounted.isEmpty());
    }

    @Test
    void releasesANetworkOnceTheEngineIsBack() {
        bridge.releasing = () -> {
            throw SkepException.external(RuntimeDriver.UNAVAILABLE, "the engine does not answer", "", null);
        };
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        manager.assign(task("t1").toBuilder().addNetworks(network("n1")).build());
        await("t1", TaskState.RUNNING);
        host.exit("t1", new TaskExit(0, ""));
        await("t1", TaskState.COMPLETE);
        manager.remove("t1");
        eventually("it is tried again", () -> !loop.waits().isEmpty());
        bridge.releasing = () -> {};
        eventually("the network is released", () -> {
            loop.advance(Duration.ofSeconds(1));
            return bridge.present.isEmpty();
        });
    }

    @Test
    void givesBackWhatADaemonThatDiedHadAskedFor() throws Exception {
        CountDownLatch ensuring = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        bridge.ensuring = () -> {
            ensuring.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("the daemon ends", e);
            }
        };
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        Task task = task("t1").toBuilder().addNetworks(network("n1")).build();
        manager.assign(task);
        assertThat(ensuring.await(10, TimeUnit.SECONDS)).isTrue();
        restart();
        manager.assign(task.toBuilder().setDesiredState(TaskState.SHUTDOWN).build());
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        eventually("the network is released", () -> bridge.present.isEmpty());
    }

    @Test
    void deletesAnonymousVolumesWithTheirTask() {
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "local"));
        manager.assign(task(
                "t1",
                container -> container.addMounts(
                        Mount.newBuilder().setType(Mount.Type.VOLUME).setTarget("/data"))));
        await("t1", TaskState.RUNNING);
        assertThat(nfs.mounted).hasSize(1);
        manager.remove("t1");
        eventually("the volume is gone", () -> nfs.removed.size() == 1 && nfs.mounted.isEmpty());
    }

    @Test
    void tellsTheReasonOfAVolumeThatCannotBeMounted() {
        nfs.failure = Optional.of(SkepException.external("MOUNT_FAILED", "mount.nfs: Connection refused", "", null));
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        manager.assign(task("t1", container -> container.addMounts(volume("data", "/data"))));
        await("t1", TaskState.REJECTED);
        assertThat(manager.status("t1").orElseThrow().getErr()).isEqualTo("mount.nfs: Connection refused");
    }

    @Test
    void breaksOffWhatIsNoLongerWanted() throws Exception {
        CountDownLatch pulling = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        host.image("slow", FakeHost.Behaviour.of(Workload.running()).onPrepare(task -> {
            pulling.countDown();
            never.await();
        }));
        Task task = task("t1", container -> container.setImage("slow"));
        manager.assign(task);
        assertThat(pulling.await(10, TimeUnit.SECONDS)).isTrue();
        manager.assign(task.toBuilder().setDesiredState(TaskState.SHUTDOWN).build());
        await("t1", TaskState.SHUTDOWN);
        manager.assign(task("t2", container -> container.setImage("slow")));
        eventually("t2 prepares", () -> manager.state("t2") == TaskState.PREPARING);
        manager.remove("t2");
        manager.assign(task("t3"));
        await("t3", TaskState.RUNNING);
    }

    @Test
    void adoptsTasksAfterARestart() throws Exception {
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        Task task = task("t1", container -> container.addMounts(volume("data", "/data")));
        manager.assign(task);
        manager.assign(task("t2"));
        await("t1", TaskState.RUNNING);
        await("t2", TaskState.RUNNING);
        restart();
        eventually("connected", manager::connected);
        assertThat(host.running("t1")).isTrue();
        host.exit("t1", new TaskExit(7, ""));
        await("t1", TaskState.FAILED);
        assertThat(manager.status("t1").orElseThrow().getErr()).contains("(7)");
        assertThat(host.starts("t1")).isOne();
        assertThat(host.starts("t2")).isOne();
        assertThat(manager.state("t2")).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void reportsWhatEndedWhileTheDaemonWasAway() throws Exception {
        manager.assign(task("t1"));
        manager.assign(task("t2"));
        await("t1", TaskState.RUNNING);
        await("t2", TaskState.RUNNING);
        close();
        host.exit("t1", new TaskExit(4, ""));
        host.lose("t2");
        drivers = new Drivers(config());
        drivers.setRuntime(new FakeNodeRuntime(new FakeRuntimeDriver(host)));
        launch();
        await("t1", TaskState.FAILED);
        await("t2", TaskState.FAILED);
        assertThat(manager.status("t1").orElseThrow().getErr()).contains("(4)");
        assertThat(manager.status("t2").orElseThrow().getErr()).contains("gone");
    }

    @Test
    void removesRemainsOnlyAfterACompleteList() throws Exception {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        host.image("x", Workload.running());
        close();
        manager.refuse(true);
        // Another life left something that nobody remembers.
        FakeRuntimeDriver other = new FakeRuntimeDriver(host);
        var stray = other.controller(new org.skep.api.runtime.TaskDescription(
                "stray",
                "stray",
                "",
                "",
                "node1",
                org.skep.api.runtime.ContainerConfig.of("x").build(),
                org.skep.api.runtime.ResourceLimits.NONE,
                List.of(),
                List.of(),
                Map.of()));
        stray.prepare();
        stray.start();
        int before = manager.attempts.get();
        launch();
        eventually("an attempt failed", () -> manager.attempts.get() > before);
        assertThat(host.tasks()).contains("t1", "stray");
        manager.refuse(false);
        eventually("a session opens", () -> {
            loop.advance(Duration.ofSeconds(8));
            return manager.connected();
        });
        eventually("the stray is removed", () -> host.tasks().equals(java.util.Set.of("t1")));
        assertThat(host.running("t1")).isTrue();
    }

    @Test
    void removesWhatIsNoLongerAssigned() {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        eventually("connected", manager::connected);
        manager.breakSession();
        manager.remove("t1");
        eventually("a session opens", () -> {
            loop.advance(Duration.ofSeconds(8));
            return manager.connected();
        });
        eventually("t1 is removed", () -> host.tasks().isEmpty());
    }

    @Test
    void bringsTheNewestStatusAfterALostSession() {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        manager.breakSession();
        host.exit("t1", new TaskExit(0, ""));
        eventually("a session opens", () -> {
            loop.advance(Duration.ofSeconds(8));
            return manager.connected();
        });
        await("t1", TaskState.COMPLETE);
        assertThat(manager.states("t1")).isSorted();
    }

    @Test
    void opensAnotherSessionWhenAStatusIsNotTaken() {
        manager.refuseStatuses(true);
        manager.assign(task("t1"));
        eventually("t1 runs", () -> host.running("t1"));
        manager.refuseStatuses(false);
        eventually("the status arrives", () -> {
            loop.advance(Duration.ofSeconds(8));
            return manager.state("t1") == TaskState.RUNNING;
        });
        assertThat(manager.attempts.get()).isGreaterThan(1);
    }

    @Test
    void saysAgainWhatAManagerForgot() {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        int told = manager.states("t1").size();
        manager.assign(task("t1").toBuilder().setSlot(7).build());
        eventually("the status is told again", () -> manager.states("t1").size() > told);
        assertThat(manager.state("t1")).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void waitsLongerBetweenAttempts() {
        eventually("connected", manager::connected);
        manager.refuse(true);
        manager.breakSession();
        for (Duration delay : List.of(
                Duration.ofMillis(100),
                Duration.ofMillis(300),
                Duration.ofMillis(700),
                Duration.ofMillis(1500),
                Duration.ofMillis(3100),
                Duration.ofMillis(6300),
                Duration.ofSeconds(8),
                Duration.ofSeconds(8))) {
            eventually("waits " + delay + " among " + loop.waits(), () -> loop.waits()
                    .contains(delay));
            loop.advance(delay);
        }
    }

    @Test
    void describesTheNode() {
        eventually("a session", () -> !manager.descriptions.isEmpty());
        NodeDescription description = manager.descriptions.get(0);
        assertThat(description.getHostname()).isEqualTo("host1");
        assertThat(description.getPlatform().getOs()).isEqualTo("linux");
        assertThat(description.getResources().getNanoCpus()).isEqualTo(4_000_000_000L);
        assertThat(description.getEngine().getEngineVersion()).isEqualTo("fake-1.0");
        assertThat(description.getEngine().getLabelsMap()).containsEntry("zone", "a");
        assertThat(plugins(description)).containsExactly("Runtime/fake");
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        eventually("the driver is told", () -> plugins(last()).contains("Volume/nfs"));
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        eventually("the driver is told", () -> plugins(last()).contains("Network/bridge"));
        drivers.removeVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        eventually("the driver is gone", () -> !plugins(last()).contains("Volume/nfs"));
    }

    @Test
    void publishesLogs() {
        host.image("chatty", Workload.running().printing("one", "two"));
        manager.assign(task("t1", container -> container.setImage("chatty")));
        await("t1", TaskState.RUNNING);
        manager.subscribe(subscription("all", LogSubscriptionOptions.getDefaultInstance()));
        eventually("the subscription ends", () -> manager.logs.stream().anyMatch(PublishLogsMessage::getClose));
        assertThat(manager.lines()).containsExactly("one", "two");
        assertThat(manager.logs.get(0).getMessages(0).getContext().getTaskId()).isEqualTo("t1");
        manager.logs.clear();
        manager.subscribe(subscription(
                "last", LogSubscriptionOptions.newBuilder().setTail(-2).build()));
        eventually("the subscription ends", () -> manager.logs.stream().anyMatch(PublishLogsMessage::getClose));
        assertThat(manager.lines()).containsExactly("two");
    }

    @Test
    void followsLogsOfTasksThatComeLater() {
        eventually("connected", manager::connected);
        manager.subscribe(subscription(
                "follow", LogSubscriptionOptions.newBuilder().setFollow(true).build()));
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        host.print("t1", LogSink.Stream.STDERR, "late");
        eventually("the line arrives", () -> manager.lines().contains("late"));
        manager.subscribe(
                SubscriptionMessage.newBuilder().setId("follow").setClose(true).build());
        manager.assign(task("t2"));
        await("t2", TaskState.RUNNING);
        assertThat(manager.logs).noneMatch(PublishLogsMessage::getClose);
    }

    @Test
    void endsASubscriptionWithoutTasks() {
        eventually("connected", manager::connected);
        manager.subscribe(subscription("none", LogSubscriptionOptions.getDefaultInstance()));
        eventually("the subscription ends", () -> manager.logs.stream().anyMatch(PublishLogsMessage::getClose));
    }

    @Test
    void removesEverythingWhenItLeaves() throws Exception {
        manager.assign(task("t1"));
        manager.assign(task("t2"));
        await("t1", TaskState.RUNNING);
        await("t2", TaskState.RUNNING);
        CompletableFuture<List<String>> left = new CompletableFuture<>();
        loop.execute(() -> worker.depart().thenAccept(left::complete));
        assertThat(left.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(host.tasks()).isEmpty();
        assertThat(stateDir.resolve("worker/node1")).doesNotExist();
        assertThat(manager.connected()).isFalse();
        assertThat(manager.goodbyes).containsExactly(true);
    }

    @Test
    void aDaemonThatStopsSaysGoodbye() throws Exception {
        eventually("connected", manager::connected);
        restart();
        eventually("connected again", manager::connected);
        assertThat(manager.goodbyes).containsExactly(false);
    }

    @Test
    void aGoodSessionIsReplacedAtOnce() {
        eventually("connected", manager::connected);
        eventually("in session", () -> loop.waits().contains(ManagerSession.SETTLED));
        loop.advance(ManagerSession.SETTLED);
        manager.breakSession();
        eventually("connected again", manager::connected);
    }

    @Test
    void handsOnWhatManagersSay() {
        eventually("facts", () -> !facts.isEmpty());
    }

    @Test
    void leavesBehindWhatAnEngineThatIsAwayDoesNotStop() throws Exception {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        host.down(SkepException.external(RuntimeDriver.UNAVAILABLE, "the engine does not answer", "", null));
        CompletableFuture<List<String>> left = new CompletableFuture<>();
        loop.execute(() -> worker.depart().thenAccept(left::complete));
        eventually("it gives up", () -> {
            loop.advance(Duration.ofSeconds(1));
            return left.isDone();
        });
        assertThat(left.get()).containsExactly("web.1.t1: the engine does not answer");
    }

    @Test
    void reportsThePortsARuntimeChose() {
        manager.assign(task("t1").toBuilder()
                .setEndpoint(Endpoint.newBuilder()
                        .addPorts(PortConfig.newBuilder().setTargetPort(80).setPublishMode(PortConfig.PublishMode.HOST))
                        .addPorts(PortConfig.newBuilder().setTargetPort(81)))
                .build());
        await("t1", TaskState.RUNNING);
        assertThat(manager.status("t1").orElseThrow().getPortStatus().getPortsList())
                .singleElement()
                .satisfies(port -> assertThat(port.getPublishedPort()).isPositive());
    }

    private void await(String taskId, TaskState state) {
        try {
            eventually(taskId + " is " + state, () -> manager.state(taskId) == state);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it is " + manager.status(taskId), e);
        }
    }

    private NodeDescription last() {
        return manager.descriptions.get(manager.descriptions.size() - 1);
    }

    private static List<String> plugins(NodeDescription description) {
        return description.getEngine().getPluginsList().stream()
                .map((PluginDescription plugin) -> plugin.getType() + "/" + plugin.getName())
                .toList();
    }

    private static SubscriptionMessage subscription(String id, LogSubscriptionOptions options) {
        return SubscriptionMessage.newBuilder()
                .setId(id)
                .setSelector(LogSelector.newBuilder().addServiceIds("s1"))
                .setOptions(options)
                .build();
    }

    private static Task task(String id) {
        return task(id, container -> container);
    }

    private static Task task(String id, UnaryOperator<ContainerSpec.Builder> container) {
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

    private static Mount volume(String name, String target) {
        return Mount.newBuilder()
                .setType(Mount.Type.VOLUME)
                .setSource(name)
                .setTarget(target)
                .setVolumeOptions(Mount.VolumeOptions.newBuilder()
                        .setDriverConfig(Driver.newBuilder().setName("nfs")))
                .build();
    }

    private static NetworkAttachment network(String name) {
        return NetworkAttachment.newBuilder()
                .setNetwork(Network.newBuilder()
                        .setId(name + "-id")
                        .setDriverState(Driver.newBuilder().setName("bridge"))
                        .setSpec(NetworkSpec.newBuilder()
                                .setAnnotations(Annotations.newBuilder().setName(name))))
                .build();
    }

    private NodeConfig config() {
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
