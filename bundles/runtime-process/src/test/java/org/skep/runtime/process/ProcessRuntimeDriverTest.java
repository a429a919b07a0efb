package org.skep.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.skep.api.testing.Eventually.eventually;

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.KernelSettings;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskMount;
import org.skep.api.testing.ExecContract;
import org.skep.api.testing.RecordingSink;
import org.skep.api.testing.Workload;

class ProcessRuntimeDriverTest extends ExecContract {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final LogOptions ALL = new LogOptions(false, -1, Instant.MIN, true, true);
    private static final LogOptions FOLLOW = new LogOptions(true, -1, Instant.MIN, true, true);

    @TempDir
    Path stateDir;

    private TaskSpec.LogSize logSize = new TaskSpec.LogSize(1 << 20, 3);
    private Optional<ProcessRuntimeDriver> driver = Optional.empty();

    @Override
    protected RuntimeDriver driver() {
        if (driver.isEmpty()) {
            driver = Optional.of(new ProcessRuntimeDriver("0.1.0", tasks(), stateDir.resolve("cgroup"), logSize));
        }
        return driver.get();
    }

    private Path tasks() {
        return stateDir.resolve("tasks");
    }

    @Override
    protected RuntimeDriver restarted() throws InterruptedException {
        closeDriver();
        return driver();
    }

    @Override
    protected void closeDriver() throws InterruptedException {
        if (driver.isPresent()) {
            driver.get().close();
        }
        driver = Optional.empty();
    }

    @Override
    protected ContainerConfig.Builder container(Workload workload) {
        return shell(workload.script()).healthCheck(workload.healthCheck());
    }

    private static ContainerConfig.Builder shell(String script) {
        return ContainerConfig.of("none").command(List.of("sh", "-c", script));
    }

    @Override
    protected ContainerConfig.Builder missingCommand() {
        return ContainerConfig.of("none").command(List.of("no-such-command"));
    }

    @Test
    void refusesLimitsWithoutControlGroups() {
        TaskDescription task = with(task(shell("exit 0")), new ResourceLimits(0, 64 << 20, 0, 0), List.of());
        assertThatThrownBy(() -> driver().controller(task))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("--limit-memory")
                .hasMessageContaining("cgroup v2");
    }

    @Test
    void tellsTheKernelHowReadilyToKill() throws Exception {
        assertThat(output(shell("cat /proc/self/oom_score_adj")
                        .kernel(new KernelSettings(Map.of(), List.of(), 0, 321, List.of(), ""))))
                .containsExactly("321");
    }

    @Test
    void refusesNetworksOtherThanTheHosts() throws Exception {
        TaskDescription task = task(shell("exit 0"));
        assertThatThrownBy(() -> driver().controller(with(
                        task, ResourceLimits.NONE, List.of(new NetworkConnection("backend", List.of(), List.of())))))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("--network backend");
        TaskController hosts = controller(
                with(task, ResourceLimits.NONE, List.of(new NetworkConnection("host", List.of(), List.of()))));
        hosts.prepare();
    }

    @Test
    void honoursReservationsBecauseTheSchedulerDid() throws Exception {
        exit(running(with(task(shell("exit 0")), new ResourceLimits(0, 0, 1, 1), List.of())));
    }

    @Test
    void makesADirectoryToMountWhenAsked() throws Exception {
        Path source = stateDir.resolve("made/here");
        TaskMount mount = new TaskMount(
                TaskMount.Type.BIND,
                source.toString(),
                "/data",
                false,
                TaskMount.Propagation.RPRIVATE,
                0,
                0,
                false,
                new TaskMount.Binding(TaskMount.Recursion.ENABLED, true, ""));
        exit(running(task(shell("echo kept >data/file").mounts(List.of(mount)))));
        assertThat(source.resolve("file")).hasContent("kept");
    }

    @Test
    void linksMountsIntoTheWorkingDirectory() throws Exception {
        Path source = Files.createDirectories(stateDir.resolve("a volume"));
        TaskController controller = running(task(shell("echo kept >var/data/file; cat \"$SKEP_MOUNT_VAR_DATA/file\"")
                .mounts(List.of(bind(source.toString(), "/var/data", false)))));
        assertThat(exit(controller)).isEqualTo(new TaskExit(0, ""));
        assertThat(log(controller, ALL)).containsExactly("kept");
        controller.remove();
        assertThat(source.resolve("file")).hasContent("kept");
    }

    @Test
    void namesABindSourceThatIsMissing() throws Exception {
        TaskController controller =
                controller(task(shell("exit 0").mounts(List.of(bind("/no/such/place", "/data", false)))));
        assertThatThrownBy(controller::prepare)
                .isInstanceOf(SkepException.class)
                .hasMessage("bind source path does not exist: /no/such/place");
    }

    @Test
    void startsInTheDirectoryAskedFor() throws Exception {
        Path host = Files.createDirectories(stateDir.resolve("host dir"));
        assertThat(output(shell("pwd -P"))).singleElement().asString().endsWith("/work");
        assertThat(output(shell("pwd -P").workdir(host.toString())))
                .containsExactly(host.toRealPath().toString());
        assertThat(output(shell("pwd -P").workdir("/data").mounts(List.of(bind(host.toString(), "/data", false)))))
                .containsExactly(host.toRealPath().toString());
        TaskController lost = controller(task(shell("pwd").workdir("/no/such/place")));
        lost.prepare();
        assertThatThrownBy(lost::start)
                .isInstanceOf(SkepException.class)
                .hasMessage("cannot enter the working directory /no/such/place: No such file or directory");
    }

    @Test
    void givesACleanEnvironment() throws Exception {
        List<String> environment =
                output(ContainerConfig.of("none").command(List.of("env")).env(List.of("A=1=2", "LANG", "PORT=mine")));
        assertThat(environment).contains("A=1=2", "PORT=mine", "SKEP_SERVICE_NAME=kit");
        assertThat(environment).noneMatch(line -> line.startsWith("LANG="));
        Set<String> allowed =
                Set.of("A", "PORT", "PATH", "HOME", "SKEP_TASK_ID", "SKEP_TASK_NAME", "SKEP_SERVICE_NAME");
        assertThat(environment.stream().map(line -> line.replaceAll("=.*", ""))).allMatch(allowed::contains);
    }

    @Test
    void runsAsAnotherUser() throws Exception {
        assumeTrue(Host.root(), "only root may become another user");
        assertThat(output(shell("id -un; id -gn; touch mine && ls").user("nobody")))
                .containsExactly("nobody", "nogroup", "mine");
        assertThat(output(shell("id -u; id -g").user("12345:daemon"))).containsExactly("12345", "1");
        TaskController unknown = controller(task(shell("id").user("no-such-user")));
        unknown.prepare();
        assertThatThrownBy(unknown::start)
                .isInstanceOf(SkepException.class)
                .hasMessage("no user 'no-such-user' on this host");
    }

    @Test
    void probesAsTheTasksUser() throws Exception {
        assumeTrue(Host.root(), "only root may become another user");
        running(task(shell("exec sleep 60")
                .user("nobody")
                .healthCheck(health(List.of("CMD-SHELL", "test $(id -un) = nobody"), Duration.ZERO))));
    }

    @Test
    void namesACommandThatIsMissing() throws Exception {
        TaskController controller = controller(task(missingCommand()));
        controller.prepare();
        assertThatThrownBy(controller::start)
                .isInstanceOf(SkepException.class)
                .hasMessage("cannot run 'no-such-command': No such file or directory");
        assertThat(controller.adopt()).isFalse();
    }

    @Test
    void endsTheWholeGroupWithItsLeader() throws Exception {
        TaskController controller = running(task(shell("sleep 300 & echo $!; exit 4")));
        assertThat(exit(controller).code()).isEqualTo(4);
        long child = Long.parseLong(log(controller, ALL).get(0));
        eventually(
                "the child is killed",
                () -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void sendsTheSignalAskedFor() throws Exception {
        TaskController controller = running(task(shell("trap 'exit 9' USR1; echo up; while :; do sleep 0.05; done")
                .stopSignal("SIGUSR1")
                .stopGracePeriod(LIMIT)));
        eventually("the trap is set", () -> log(controller, ALL).contains("up"));
        controller.stop();
        assertThat(exit(controller).code()).isEqualTo(9);
    }

    @Test
    void publishesPortsInTheEnvironment() throws Exception {
        List<PublishedPort> ports = List.of(
                new PublishedPort(PublishedPort.Protocol.TCP, 8080, 0),
                new PublishedPort(PublishedPort.Protocol.UDP, 53, 0));
        TaskController controller =
                running(task(shell("echo $PORT $SKEP_PORT_8080 $SKEP_PORT_53_UDP; exec sleep 60"), ports));
        List<PublishedPort> published = controller.status().ports();
        int tcp = published.get(0).published();
        eventually("the ports are told", () -> log(controller, ALL)
                .equals(List.of(tcp + " " + tcp + " " + published.get(1).published())));
        TaskController second = controller(
                task(shell("exec sleep 60"), List.of(new PublishedPort(PublishedPort.Protocol.TCP, 80, tcp))));
        second.prepare();
        assertThatThrownBy(second::start)
                .isInstanceOf(SkepException.class)
                .hasMessage("port " + tcp + "/tcp is already in use on this host");
        controller.stop();
        exit(controller);
        second.start();
    }

    @Test
    void namesAPortThatSomebodyElseHas() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            TaskController controller = controller(task(
                    shell("exec sleep 60"),
                    List.of(new PublishedPort(PublishedPort.Protocol.TCP, 80, taken.getLocalPort()))));
            controller.prepare();
            assertThatThrownBy(controller::start)
                    .isInstanceOf(SkepException.class)
                    .hasMessage("port " + taken.getLocalPort() + "/tcp is already in use on this host");
        }
    }

    @Test
    void losesNoLineWhenTheLogRotates() throws Exception {
        logSize = new TaskSpec.LogSize(4096, 1000);
        TaskController controller = running(task(shell("seq -f 'line %.0f' 20000")));
        RecordingSink follower = new RecordingSink();
        controller.logs(FOLLOW, follower);
        exit(controller);
        assertThat(follower.awaitEnd(LIMIT)).isEmpty();
        List<String> expected =
                IntStream.rangeClosed(1, 20000).mapToObj(i -> "line " + i).toList();
        assertThat(follower.texts()).isEqualTo(expected);
        assertThat(log(controller, ALL)).isEqualTo(expected);
        assertThat(files(controller)).hasSizeGreaterThan(2);
    }

    @Test
    void keepsTheNewestLogFiles() throws Exception {
        logSize = new TaskSpec.LogSize(4096, 2);
        TaskController controller = running(task(shell("seq -f 'line %.0f' 20000")));
        exit(controller);
        assertThat(files(controller)).hasSize(2);
        assertThat(log(controller, ALL)).endsWith("line 19999", "line 20000").doesNotContain("line 1");
        assertThat(log(controller, new LogOptions(false, 1, Instant.MIN, true, true)))
                .containsExactly("line 20000");
    }

    @Test
    void keepsBytesAsTheyAre() throws Exception {
        TaskController controller =
                running(task(shell("printf 'nul\\000 \\377\\n'; head -c 40000 /dev/zero | tr '\\0' x; printf end")));
        exit(controller);
        StringBuilder text = new StringBuilder();
        controller.logs(ALL, new LogSink() {
            @Override
            public void line(Instant time, Stream stream, byte[] data) {
                text.append(new String(data, StandardCharsets.ISO_8859_1));
            }

            @Override
            public void end(String problem) {
                text.append('|');
            }
        });
        eventually("the log ends", () -> text.toString().endsWith("|"));
        assertThat(text.toString()).isEqualTo("nul\0 \u00ff\n" + "x".repeat(40000) + "end|");
    }

    @Test
    void outlivesAKilledDaemon() throws Exception {
        TaskDescription task = task(shell("i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done"));
        Process daemon = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DaemonStandIn.class.getName(),
                        tasks().toString(),
                        task.id(),
                        task.container().command().get(2))
                .inheritIO()
                .start();
        assertThat(daemon.waitFor()).isEqualTo(137);
        TaskController adopted = controller(task);
        assertThat(adopted.adopt()).isTrue();
        assertThat(adopted.status().pid()).isPositive();
        RecordingSink follower = new RecordingSink();
        adopted.logs(FOLLOW, follower);
        int now = follower.lines().size();
        eventually("it writes on", () -> follower.lines().size() > now + 20);
        adopted.stop();
        assertThat(exit(adopted).code()).isEqualTo(143);
        follower.awaitEnd(LIMIT);
        List<String> lines = follower.texts();
        assertThat(lines)
                .isEqualTo(IntStream.rangeClosed(1, lines.size())
                        .mapToObj(i -> "line " + i)
                        .toList());
    }

    @Test
    void noticesThatEverythingWasKilled() throws Exception {
        TaskDescription task = task(shell("exec sleep 300"));
        running(task).close();
        TaskDirectory.Running running =
                new TaskDirectory(tasks().resolve(task.id())).running().orElseThrow();
        for (ProcessIdentity process : List.of(running.supervisor(), running.task())) {
            ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
            eventually("it is gone", () -> !process.alive());
        }
        TaskController adopted = track(restarted().controller(task));
        assertThat(adopted.adopt()).isTrue();
        assertThat(exit(adopted).code()).isEqualTo(-1);
        assertThat(exit(adopted).reason()).contains("went down");
    }

    @Test
    void neverStartsATaskTwice() throws Exception {
        TaskDescription task = task(shell("exec sleep 300"));
        TaskController first = running(task);
        // Another daemon that does not know yet: the supervisor's lock tells it.
        Path directory = tasks().resolve(task.id());
        String running = Files.readString(directory.resolve("running"));
        Files.delete(directory.resolve("running"));
        TaskController second = track(restarted().controller(task));
        second.prepare();
        assertThatThrownBy(second::start).isInstanceOf(SkepException.class).hasMessage("already running");
        Files.writeString(directory.resolve("running"), running);
        assertThat(first.status().pid()).isPositive();
    }

    @Test
    void waitsUntilATaskIsHealthy() throws Exception {
        Path well = stateDir.resolve("well");
        TaskController controller = running(task(shell("sleep 0.3; touch " + well + "; exec sleep 300")
                .healthCheck(health(List.of("CMD", "test", "-e", well.toString()), LIMIT))));
        assertThat(well).exists();
        assertThat(controller.exited().toCompletableFuture()).isNotDone();
    }

    @Test
    void endsATaskThatFallsIll() throws Exception {
        Path well = Files.createFile(stateDir.resolve("well"));
        TaskDescription task = task(shell("exec sleep 300")
                .healthCheck(health(List.of("CMD", "test", "-e", well.toString()), Duration.ZERO)));
        running(task).close();
        TaskController adopted = track(restarted().controller(task));
        Files.delete(well);
        assertThat(exit(adopted).reason()).isEqualTo("unhealthy: the health check failed 2 times in a row (exit 1)");
    }

    @Test
    void endsATaskWhoseCheckHangs() throws Exception {
        TaskController controller = controller(task(shell("exec sleep 300")
                .healthCheck(Optional.of(new HealthCheck(
                        List.of("CMD", "sleep", "60"),
                        Duration.ofMillis(10),
                        Duration.ofMillis(200),
                        1,
                        Duration.ZERO,
                        Duration.ZERO)))));
        controller.prepare();
        assertThatThrownBy(controller::start)
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("no answer in 200 ms");
    }

    @Test
    void keepsSecretsOfTheEnvironmentToItself() throws Exception {
        TaskDescription task = task(shell("exec sleep 60").env(List.of("PASSWORD=secret")));
        running(task);
        assertThat(Files.getPosixFilePermissions(tasks().resolve(task.id()).resolve("spec")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    void refusesATaskThatLeadsElsewhere() {
        TaskDescription task = task(shell("exit 0"));
        for (String id : List.of("../x", "a/b", "..", "")) {
            assertThatThrownBy(() -> driver().controller(new TaskDescription(
                            id, "n", "s", "s", "n", task.container(), task.limits(), List.of(), List.of(), Map.of())))
                    .isInstanceOf(SkepException.class);
        }
    }

    private List<String> output(ContainerConfig.Builder container) throws Exception {
        TaskController controller = running(task(container));
        exit(controller);
        return log(controller, ALL);
    }

    private List<Path> files(TaskController controller) throws Exception {
        return new TaskDirectory(tasks().resolve(controller.status().runtimeId())).logs();
    }

    private static TaskDescription with(TaskDescription task, ResourceLimits limits, List<NetworkConnection> networks) {
        return new TaskDescription(
                task.id(),
                task.name(),
                task.serviceId(),
                task.serviceName(),
                task.nodeId(),
                task.container(),
                limits,
                task.ports(),
                networks,
                task.labels());
    }

    private static TaskMount bind(String source, String target, boolean readOnly) {
        return new TaskMount(
                TaskMount.Type.BIND, source, target, readOnly, TaskMount.Propagation.RPRIVATE, 0, 0, false);
    }

    private static Optional<HealthCheck> health(List<String> test, Duration startPeriod) {
        return Optional.of(new HealthCheck(
                test, Duration.ofMillis(50), Duration.ofSeconds(5), 2, startPeriod, Duration.ofMillis(50)));
    }
}
