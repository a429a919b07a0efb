package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.skep.api.testing.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.KernelSettings;
import org.skep.api.runtime.LogDriver;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.NameResolution;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskMount;
import org.skep.api.testing.RecordingSink;

/** What reaches the engine of the flags that services have. */
@EnabledIf(value = "org.skep.runtime.docker.LocalEngine#isReady", disabledReason = LocalEngine.NEEDED)
class ContainerFlagsTest {

    private static final String NODE = "flags" + UUID.randomUUID().toString().substring(0, 8);
    private static EngineClient client;
    private static DockerRuntime runtime;

    private TaskController task;

    @TempDir
    private Path directory;

    @BeforeAll
    static void connect() {
        client = LocalEngine.client();
        runtime = new DockerRuntime(client, LocalEngine.ADDRESS, Optional.of(new SwarmMembership(NODE, "cluster")));
    }

    @AfterAll
    static void disconnect() throws InterruptedException {
        runtime.close();
        client.shut();
    }

    @AfterEach
    void remove() {
        if (task != null) {
            task.remove();
        }
    }

    private TaskController prepared(TaskDescription description) throws InterruptedException {
        task = runtime.controller(description);
        task.prepare();
        return task;
    }

    /** The container as the engine has it. */
    private JsonNode created(TaskDescription description) throws InterruptedException {
        prepared(description);
        return new RawRequests(LocalEngine.ADDRESS)
                .get("/containers/" + task.status().runtimeId() + "/json", Map.of());
    }

    private List<String> output(ContainerConfig.Builder container) throws InterruptedException {
        prepared(TaskBuilder.of(container).on(NODE)).start();
        RecordingSink sink = new RecordingSink();
        task.exited().toCompletableFuture().join();
        task.logs(new LogOptions(false, -1, Instant.MIN, true, true), sink);
        eventually("the end of the log", sink::ended);
        return sink.texts();
    }

    private static ContainerConfig.Builder shell(String script) {
        return ContainerConfig.of("busybox:latest").args(List.of("sh", "-c", script));
    }

    @Test
    void tellsTheKernel() throws Exception {
        KernelSettings kernel = new KernelSettings(
                Map.of("net.ipv4.ip_default_ttl", "33"),
                List.of(new KernelSettings.Ulimit("nofile", 100, 200)),
                50,
                123,
                List.of("no-new-privileges"),
                "");
        assertThat(output(shell(
                                "cat /proc/sys/net/ipv4/ip_default_ttl; ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj;"
                                        + " grep NoNewPrivs /proc/self/status")
                        .kernel(kernel)))
                .containsExactly("33", "100", "200", "123", "NoNewPrivs:\t1");
        JsonNode host = new RawRequests(LocalEngine.ADDRESS)
                .get("/containers/" + task.status().runtimeId() + "/json", Map.of())
                .path("HostConfig");
        assertThat(host.path("PidsLimit").asLong()).isEqualTo(50);
    }

    @Test
    void tellsHowToFindNames() throws Exception {
        NameResolution names = new NameResolution(
                List.of("db:10.1.2.3"), List.of("10.9.9.9"), List.of("example.com"), List.of("ndots:3"));
        assertThat(output(shell("grep -w db /etc/hosts; cat /etc/resolv.conf").names(names)))
                .contains("10.1.2.3\tdb", "nameserver 10.9.9.9", "search example.com", "options ndots:3");
    }

    @Test
    void limitsMemoryAndSwap() throws Exception {
        ResourceLimits limits =
                new ResourceLimits(500_000_000, 64 << 20, 0, 0, OptionalLong.of(32 << 20), OptionalLong.of(10));
        JsonNode host =
                created(TaskBuilder.shell("true").limits(limits).on(NODE)).path("HostConfig");
        assertThat(host.path("NanoCpus").asLong()).isEqualTo(500_000_000);
        assertThat(host.path("Memory").asLong()).isEqualTo(64 << 20);
        assertThat(host.path("MemorySwap").asLong()).isEqualTo(96 << 20);
        assertThat(host.path("MemorySwappiness").asLong()).isEqualTo(10);
    }

    @Test
    void leavesSwapWithoutLimit() {
        ResourceLimits limits = new ResourceLimits(0, 64 << 20, 0, 0, OptionalLong.of(-1), OptionalLong.empty());
        assertThat(new HostRequest(TaskBuilder.shell("true").limits(limits).on(NODE))
                        .build()
                        .getMemorySwap())
                .isEqualTo(-1);
    }

    @Test
    void namesTheLogDriverAndItsOptions() throws Exception {
        JsonNode log = created(TaskBuilder.of(shell("true")
                                .log(new LogDriver("json-file", Map.of("max-size", "1m", "max-file", "2"))))
                        .on(NODE))
                .at("/HostConfig/LogConfig");
        assertThat(log.path("Type").asText()).isEqualTo("json-file");
        assertThat(log.at("/Config/max-size").asText()).isEqualTo("1m");
        assertThat(log.at("/Config/max-file").asText()).isEqualTo("2");
    }

    @Test
    void saysWhatTheEngineSaysOfALogDriverThatItDoesNotHave() {
        assertThatThrownBy(() -> prepared(TaskBuilder.of(shell("true").log(new LogDriver("nope", Map.of())))
                        .on(NODE)))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("nope")
                .hasMessageNotContaining("\n");
    }

    @Test
    void setsEverythingElseOfAContainer() throws Exception {
        JsonNode container = created(TaskBuilder.of(ContainerConfig.of("busybox:latest")
                        .command(List.of("sh", "-c"))
                        .args(List.of("exit 0"))
                        .hostname("web-1")
                        .workdir("/tmp")
                        .user("nobody")
                        .groups(List.of("7"))
                        .stopSignal("SIGINT")
                        .tty(true)
                        .readOnly(true)
                        .init(Optional.of(true))
                        .capabilityAdd(List.of("CAP_NET_ADMIN"))
                        .capabilityDrop(List.of("CHOWN"))
                        .labels(Map.of("a", "b")))
                .on(NODE));
        JsonNode config = container.path("Config");
        assertThat(config.path("Entrypoint").toString()).isEqualTo("[\"sh\",\"-c\"]");
        assertThat(config.path("Hostname").asText()).isEqualTo("web-1");
        assertThat(config.path("WorkingDir").asText()).isEqualTo("/tmp");
        assertThat(config.path("User").asText()).isEqualTo("nobody");
        assertThat(config.path("StopSignal").asText()).isEqualTo("SIGINT");
        assertThat(config.path("Tty").asBoolean()).isTrue();
        assertThat(config.at("/Labels/a").asText()).isEqualTo("b");
        JsonNode host = container.path("HostConfig");
        assertThat(host.path("GroupAdd").toString()).isEqualTo("[\"7\"]");
        assertThat(host.path("ReadonlyRootfs").asBoolean()).isTrue();
        assertThat(host.path("Init").asBoolean()).isTrue();
        assertThat(host.path("CapAdd").toString()).contains("NET_ADMIN");
        assertThat(host.path("CapDrop").toString()).contains("CHOWN");
    }

    @Test
    void bindsWithoutTheMountsBelow() throws Exception {
        JsonNode mount = created(mount(new TaskMount.Binding(TaskMount.Recursion.DISABLED, false, "cached")))
                .at("/HostConfig/Mounts/0");
        assertThat(mount.path("Consistency").asText()).isEqualTo("cached");
        assertThat(mount.at("/BindOptions/NonRecursive").asBoolean()).isTrue();
        assertThat(mount.at("/BindOptions/Propagation").asText()).isEqualTo("rslave");
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskMount.Recursion.class,
            names = "DISABLED|WRITABLE|READONLY",
            mode = EnumSource.Mode.MATCH_ANY)
    void knowsWhichEnginesKnowRecursion(TaskMount.Recursion recursion) {
        assertThat(new ContainerRequest(mount(new TaskMount.Binding(recursion, true, ""))).requirements())
                .extracting(Engine.Requirement::what)
                .containsExactly(
                        "--mount bind-create-src",
                        "--mount bind-recursive=" + recursion.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void namesACapabilityThatIsNone() {
        assertThatThrownBy(() -> prepared(TaskBuilder.of(shell("true").capabilityAdd(List.of("FLY")))
                        .on(NODE)))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("\"FLY\" is not a Linux capability");
    }

    @Test
    void refusesAHealthCheckThatTheEngineWouldIgnore() {
        assumeTrue("1.41".equals(client.versionCmd().exec().getApiVersion()), "needs an old Docker Engine");
        HealthCheck check = new HealthCheck(
                List.of("CMD", "true"), Duration.ZERO, Duration.ZERO, 0, Duration.ZERO, Duration.ofSeconds(1));
        assertThatThrownBy(() -> prepared(TaskBuilder.of(shell("true").healthCheck(Optional.of(check)))
                        .on(NODE)))
                .isInstanceOf(SkepException.class)
                .hasMessageStartingWith("--health-start-interval needs a newer Docker Engine than 20.10");
    }

    @Test
    void refusesByNameWhatTheEngineIsTooOldFor() {
        String version = client.versionCmd().exec().getApiVersion();
        assumeTrue(Integer.parseInt(version.substring(2)) < 42, "needs an engine older than 23.0");
        assertThatThrownBy(() -> prepared(mount(new TaskMount.Binding(TaskMount.Recursion.ENABLED, true, ""))))
                .isInstanceOf(SkepException.class)
                .hasMessageStartingWith("--mount bind-create-src needs a newer Docker Engine than ");
    }

    private TaskDescription mount(TaskMount.Binding binding) {
        return TaskBuilder.of(shell("true")
                        .mounts(List.of(new TaskMount(
                                TaskMount.Type.BIND,
                                directory.toString(),
                                "/data",
                                true,
                                TaskMount.Propagation.RSLAVE,
                                0,
                                0,
                                false,
                                binding))))
                .on(NODE);
    }

    @Test
    void limitsATmpfs() throws Exception {
        assertThat(output(shell("df -k /scratch | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2; stat -c %a /scratch")
                        .mounts(List.of(new TaskMount(
                                TaskMount.Type.TMPFS,
                                "",
                                "/scratch",
                                false,
                                TaskMount.Propagation.RPRIVATE,
                                1 << 20,
                                0700,
                                false)))))
                .containsExactly("1024", "700");
    }

    @Test
    void tellsWhichLogDriversThereAre() {
        assertThat(runtime.info().logDrivers()).contains("json-file", "syslog");
    }
}
