package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.TaskExit;
import org.skep.api.testing.FakeHost;
import org.skep.api.testing.FakeRuntimeDriver;
import org.skep.api.testing.Workload;
import org.skep.protocol.Mount;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

/** A worker whose drivers come, go and fail. */
class WorkerDriversTest extends WorkerSetup {

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
}
