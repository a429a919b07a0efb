package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskMount;
import org.skep.api.testing.RecordingSink;

/** What a container engine adds to what every runtime does, on a real one. */
@EnabledIf(value = "org.skep.runtime.docker.LocalEngine#isReady", disabledReason = LocalEngine.NEEDED)
class DockerRuntimeTest {

    private static final String NODE = "test" + UUID.randomUUID().toString().substring(0, 8);
    private static final LogOptions ALL = new LogOptions(false, -1, Instant.MIN, true, true);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static EngineClient client;
    private static DockerRuntime runtime;

    private final List<TaskController> tasks = new ArrayList<>();

    @TempDir
    private Path directory;

    @BeforeAll
    static void connect() {
        client = LocalEngine.client();
        runtime = start(NODE);
    }

    @AfterAll
    static void disconnect() throws InterruptedException {
        runtime.close();
        client.shut();
    }

    @AfterEach
    void removeTasks() {
        tasks.forEach(TaskController::remove);
    }

    private static DockerRuntime start(String node) {
        return new DockerRuntime(client, LocalEngine.ADDRESS, Optional.of(new SwarmMembership(node, "cluster")));
    }

    @Test
    void namesAnImageThatCannotBePulled() {
        assertThatThrownBy(() -> run(TaskBuilder.of(ContainerConfig.of("nowhere.invalid/no/image:1"))))
                .isInstanceOf(SkepException.class)
                .hasMessageStartingWith("image nowhere.invalid/no/image:1 is not on this node and cannot be pulled: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void namesWhatIsNoImage() {
        assertThatThrownBy(() -> run(TaskBuilder.of(ContainerConfig.of("No Image!"))))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("No Image!")
                .hasMessageNotContaining("\n");
    }

    @Test
    void namesAMountThatIsNotThere() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> run(TaskBuilder.of(sleeper().mounts(List.of(bind(missing, "/data", false))))))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("bind source path does not exist: " + missing);
    }

    @Test
    void namesACommandThatIsNotThere() {
        assertThatThrownBy(() ->
                        run(TaskBuilder.of(ContainerConfig.of("busybox:latest").command(List.of("/bin/none")))))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("exec: \"/bin/none\": stat /bin/none: no such file or directory")
                .hasMessageNotContaining("runc");
    }

    @Test
    void namesAPortThatIsTaken() throws Exception {
        TaskController first = run(TaskBuilder.of(sleeper()).ports(tcp(80, 0)));
        int port = first.status().ports().get(0).published();
        assertThatThrownBy(() -> run(TaskBuilder.of(sleeper()).ports(tcp(80, port))))
                .isInstanceOf(SkepException.class)
                .hasMessage("port " + port + " is already in use on this node");
    }

    @Test
    void runsAContainerAsItIsDescribed() throws Exception {
        ContainerConfig.Builder container = ContainerConfig.of("busybox:latest")
                .command(List.of("sh", "-c", """
                        hostname; pwd; id -u; id -G; echo "$GREETING $0"; cat /proc/1/comm
                        touch /x 2>/dev/null || echo read-only
                        grep -c /scratch.*size=1024k /proc/mounts
                        stat -c %a /scratch
                        grep CapBnd /proc/self/status | cut -f2
                        cat /data/file; touch /data/x 2>/dev/null || echo bound read-only
                        cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max
                        """))
                .args(List.of("argument"))
                .hostname("hive")
                .workdir("/tmp")
                .user("65534")
                .groups(List.of("7"))
                .env(List.of("GREETING=hello"))
                .init(Optional.of(true))
                .readOnly(true)
                .capabilityDrop(List.of("ALL"))
                .capabilityAdd(List.of("CAP_NET_ADMIN", "chown"))
                .mounts(List.of(tmpfs("/scratch", 1 << 20, 01770), bind(directory, "/data", true)));
        Files.writeString(directory.resolve("file"), "from the host\n");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        TaskController task = run(TaskBuilder.of(container).limits(new ResourceLimits(500_000_000, 64 << 20, 0, 0)));
        exit(task);
        assertThat(log(task))
                .containsExactly(
                        "hive",
                        "/tmp",
                        "65534",
                        "65534 7",
                        "hello argument",
                        "docker-init",
                        "read-only",
                        "1",
                        "1770",
                        "0000000000001001",
                        "from the host",
                        "bound read-only",
                        String.valueOf(64 << 20));
        var made = client.inspectContainerCmd(task.status().runtimeId()).exec();
        assertThat(made.getHostConfig().getNanoCPUs()).isEqualTo(500_000_000);
    }

    @Test
    void tellsThatMemoryRanOut() throws Exception {
        TaskController task = run(TaskBuilder.shell("tail /dev/zero").limits(new ResourceLimits(0, 8 << 20, 0, 0)));
        TaskExit exit = exit(task);
        assertThat(exit.code()).isEqualTo(137);
        assertThat(exit.reason()).isEqualTo("out of memory: its limit is 8388608 bytes");
    }

    @Test
    void tellsThatAContainerWasRemovedByOthers() throws Exception {
        TaskController task = run(TaskBuilder.of(sleeper()));
        client.removeContainerCmd(task.status().runtimeId()).withForce(true).exec();
        assertThat(exit(task).successful()).isFalse();
        task.stop();
        task.kill();
    }

    @Test
    void leavesContainersOfOthersAlone() throws Exception {
        TaskDescription task = TaskBuilder.of(sleeper()).on(NODE);
        String foreign = client.createContainerCmd("busybox:latest")
                .withName(task.name())
                .exec()
                .getId();
        try {
            TaskController controller = track(runtime.controller(task));
            assertThatThrownBy(controller::prepare)
                    .isInstanceOf(SkepException.class)
                    .hasMessageContaining(task.name())
                    .hasMessageContaining("not Skep's");
            assertThat(controller.adopt()).isFalse();
            controller.stop();
            controller.kill();
            controller.remove();
            runtime.retain(Set.of());
            assertThat(client.inspectContainerCmd(foreign).exec().getName()).isEqualTo("/" + task.name());
        } finally {
            client.removeContainerCmd(foreign).withForce(true).exec();
        }
    }

    @Test
    void leavesTheContainersOfOtherNodesAlone() throws Exception {
        TaskController mine = run(TaskBuilder.of(sleeper()));
        String other = NODE + "other";
        DockerRuntime neighbour = start(other);
        try {
            neighbour.retain(Set.of());
            assertThat(client.inspectContainerCmd(mine.status().runtimeId())
                            .exec()
                            .getState()
                            .getRunning())
                    .isTrue();
        } finally {
            neighbour.close();
        }
    }

    @Test
    void replacesAContainerThatWasMadeAndNeverStarted() throws Exception {
        TaskDescription task = TaskBuilder.shell("exit 0").on(NODE);
        TaskController first = runtime.controller(task);
        first.prepare();
        String half = first.status().runtimeId();
        first.close();
        TaskController second = track(runtime.controller(task));
        assertThat(second.adopt()).isFalse();
        second.prepare();
        assertThat(second.status().runtimeId()).isNotEqualTo(half);
        assertThatThrownBy(() -> client.inspectContainerCmd(half).exec()).isInstanceOf(NotFoundException.class);
        second.start();
        assertThat(exit(second)).isEqualTo(new TaskExit(0, ""));
    }

    @Test
    void adoptsAContainerWhoseImageIsGone() throws Exception {
        client.tagImageCmd("busybox:latest", "shortlived", NODE).exec();
        TaskDescription task = TaskBuilder.of(
                        ContainerConfig.of("shortlived:" + NODE).args(List.of("sleep", "60")))
                .on(NODE);
        TaskController first;
        try {
            first = run(task);
        } finally {
            client.removeImageCmd("shortlived:" + NODE).exec();
        }
        first.close();
        TaskController second = track(runtime.controller(task));
        second.prepare();
        second.start();
        assertThat(second.status()).isEqualTo(first.status());
    }

    @Test
    void startsAnEmptyVolumeWithWhatTheImageHas() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path full = Files.createDirectory(directory.resolve("full"));
        Files.writeString(full.resolve("mine"), "mine");
        TaskController task = run(TaskBuilder.of(ContainerConfig.of("busybox:latest")
                .args(List.of("sh", "-c", "echo new >>/etc/passwd; rm /etc/mtab"))
                .mounts(List.of(volume(empty, "/etc"), volume(full, "/root")))));
        exit(task);
        task.remove();
        assertThat(empty.resolve("passwd")).content().contains("root:x:0:0").endsWith("new\n");
        assertThat(full).isDirectoryContaining("glob:**mine");
        try (var files = Files.list(full)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void joinsSeveralNetworks() throws Exception {
        String one = client.createNetworkCmd().withName(NODE + "one").exec().getId();
        String two = client.createNetworkCmd().withName(NODE + "two").exec().getId();
        try {
            run(TaskBuilder.of(sleeper())
                    .networks(
                            new NetworkConnection(NODE + "one", List.of("web"), List.of()),
                            new NetworkConnection(NODE + "two", List.of("db"), List.of())));
            TaskController asker = run(TaskBuilder.shell("ping -c 1 -W 5 db && ! ping -c 1 -W 1 web")
                    .networks(new NetworkConnection(NODE + "two", List.of(), List.of())));
            assertThat(exit(asker).code()).isZero();
        } finally {
            removeTasks();
            client.removeNetworkCmd(one).exec();
            client.removeNetworkCmd(two).exec();
        }
    }

    @Test
    void sendsTheStopSignalThatIsAskedFor() throws Exception {
        ContainerConfig.Builder container = TaskBuilder.shell(
                        "trap 'exit 12' USR1; echo up; while :; do sleep 0.1; done")
                .container()
                .stopSignal("SIGUSR1")
                .stopGracePeriod(LIMIT);
        TaskController task = run(TaskBuilder.of(container));
        eventually("the trap is set", () -> log(task).contains("up"));
        task.stop();
        assertThat(exit(task)).isEqualTo(new TaskExit(12, ""));
    }

    @Test
    void givesUpStoppingWhenInterrupted() throws Exception {
        ContainerConfig.Builder container = TaskBuilder.shell("trap '' TERM; echo up; while :; do sleep 0.1; done")
                .container()
                .stopGracePeriod(LIMIT);
        TaskController task = run(TaskBuilder.of(container));
        eventually("the trap is set", () -> log(task).contains("up"));
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread stopping = new Thread(() -> {
            try {
                task.stop();
                outcome.complete(null);
            } catch (Throwable e) {
                outcome.complete(e);
            }
        });
        stopping.start();
        eventually("waiting for the engine", () -> stopping.getState() != Thread.State.NEW);
        stopping.interrupt();
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void endsATaskThatBecomesUnhealthy() throws Exception {
        HealthCheck check = new HealthCheck(
                List.of("CMD-SHELL", "test -e /tmp/well || { echo the well; echo is dry; exit 1; }"),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                1,
                Duration.ofSeconds(10),
                Duration.ZERO);
        ContainerConfig.Builder container = TaskBuilder.shell(
                        "touch /tmp/well; trap 'exit 0' USR1 TERM; trap 'rm /tmp/well' HUP; while :; do sleep 0.1; done")
                .container()
                .healthCheck(Optional.of(check));
        TaskController task = run(TaskBuilder.of(container));
        assertThat(task.exited().toCompletableFuture()).isNotDone();
        client.killContainerCmd(task.status().runtimeId()).withSignal("HUP").exec();
        assertThat(exit(task)).isEqualTo(new TaskExit(0, "unhealthy container: the well is dry"));
    }

    @Test
    void heedsTheHealthCheckOfTheImage() throws Exception {
        Files.writeString(directory.resolve("Dockerfile"), """
                FROM busybox:latest
                HEALTHCHECK --interval=100ms --retries=1 CMD echo sick; exit 1
                """);
        String image = client.buildImageCmd(directory.toFile())
                .exec(new BuildImageResultCallback())
                .awaitImageId();
        try {
            assertThatThrownBy(() -> run(TaskBuilder.of(ContainerConfig.of(image)
                            .args(List.of("sleep", "60"))
                            .stopGracePeriod(Duration.ZERO))))
                    .isInstanceOf(SkepException.class)
                    .hasMessage("unhealthy container: sick");
            HealthCheck none =
                    new HealthCheck(List.of("NONE"), Duration.ZERO, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO);
            TaskController unchecked = run(TaskBuilder.of(
                    ContainerConfig.of(image).args(List.of("sleep", "60")).healthCheck(Optional.of(none))));
            assertThat(unchecked.exited().toCompletableFuture()).isNotDone();
        } finally {
            removeTasks();
            client.removeImageCmd(image).withForce(true).exec();
        }
    }

    @Test
    void followsALogAsItGrows() throws Exception {
        TaskController task = run(TaskBuilder.shell(
                "echo first; trap 'echo second >&2' HUP; trap 'exit 0' TERM; while :; do sleep 0.1; done"));
        RecordingSink sink = new RecordingSink();
        task.logs(new LogOptions(true, -1, Instant.MIN, true, true), sink);
        eventually("the first line", () -> sink.texts().equals(List.of("first")));
        client.killContainerCmd(task.status().runtimeId()).withSignal("HUP").exec();
        eventually("the second line", () -> sink.texts().equals(List.of("first", "second")));
        assertThat(sink.texts(LogSink.Stream.STDERR)).containsExactly("second");
        task.stop();
        assertThat(sink.awaitEnd(LIMIT)).isEmpty();
    }

    @Test
    void readsTheLogOfATerminal() throws Exception {
        TaskController task = run(TaskBuilder.of(TaskBuilder.shell("echo one; echo two >&2; test -t 1 && echo terminal")
                .container()
                .tty(true)));
        exit(task);
        assertThat(log(task)).containsExactly("one", "two", "terminal");
    }

    @Test
    void keepsLongLinesTogether() throws Exception {
        TaskController task = run(TaskBuilder.shell("head -c 40000 /dev/zero | tr '\\0' x; echo; echo short"));
        exit(task);
        assertThat(log(task)).containsExactly("x".repeat(40000), "short");
    }

    @Test
    void removesAContainerEvenWhenInterrupted() throws Exception {
        TaskController task = run(TaskBuilder.of(sleeper()));
        String id = task.status().runtimeId();
        Thread.currentThread().interrupt();
        task.remove();
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(() -> client.inspectContainerCmd(id).exec()).isInstanceOf(NotFoundException.class);
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        DockerRuntime shortLived = start(NODE);
        TaskController task =
                track(shortLived.controller(TaskBuilder.of(sleeper()).on(NODE)));
        task.prepare();
        task.start();
        task.logs(new LogOptions(true, -1, Instant.MIN, true, true), new RecordingSink());
        Set<Thread> before = docker();
        task.close();
        shortLived.close();
        eventually("its threads are gone", () -> docker().size() <= before.size() - 3);
    }

    private static Set<Thread> docker() {
        return Set.copyOf(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("docker-"))
                .toList());
    }

    private static ContainerConfig.Builder sleeper() {
        return TaskBuilder.shell("trap 'exit 0' TERM; while :; do sleep 0.1; done")
                .container();
    }

    private static TaskMount bind(Path source, String target, boolean readOnly) {
        return new TaskMount(
                TaskMount.Type.BIND, source.toString(), target, readOnly, TaskMount.Propagation.RPRIVATE, 0, 0, false);
    }

    private static TaskMount volume(Path source, String target) {
        return new TaskMount(
                TaskMount.Type.BIND, source.toString(), target, false, TaskMount.Propagation.RPRIVATE, 0, 0, true);
    }

    private static TaskMount tmpfs(String target, long size, int mode) {
        return new TaskMount(
                TaskMount.Type.TMPFS, "", target, false, TaskMount.Propagation.RPRIVATE, size, mode, false);
    }

    private static PublishedPort tcp(int target, int published) {
        return new PublishedPort(PublishedPort.Protocol.TCP, target, published);
    }

    private TaskController run(TaskBuilder task) throws InterruptedException {
        return run(task.on(NODE));
    }

    private TaskController run(TaskDescription task) throws InterruptedException {
        TaskController controller = track(runtime.controller(task));
        controller.prepare();
        controller.start();
        return controller;
    }

    private TaskController track(TaskController controller) {
        tasks.add(controller);
        return controller;
    }

    private static TaskExit exit(TaskController task) throws Exception {
        return task.exited().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<String> log(TaskController task) {
        RecordingSink sink = new RecordingSink();
        task.logs(ALL, sink);
        assertThat(sink.awaitEnd(LIMIT)).isEmpty();
        return sink.texts();
    }
}
