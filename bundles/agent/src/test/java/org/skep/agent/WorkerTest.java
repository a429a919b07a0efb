package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskMount;
import org.skep.api.testing.FakeHost;
import org.skep.api.testing.FakeRuntimeDriver;
import org.skep.api.testing.Workload;
import org.skep.protocol.Endpoint;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

/** The life of tasks on a worker. */
class WorkerTest extends WorkerSetup {

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
}
