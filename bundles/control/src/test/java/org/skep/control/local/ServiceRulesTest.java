package org.skep.control.local;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import com.google.protobuf.Int64Value;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.protocol.ConfigReference;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.GenericRuntimeSpec;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.GlobalService;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachmentSpec;
import org.skep.protocol.PlacementPreference;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.SecretReference;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.UpdateConfig;

class ServiceRulesTest {

    private static final Duration NEGATIVE =
            Duration.newBuilder().setSeconds(-1).build();

    static Stream<Arguments> refused() {
        return Stream.of(
                bad("no image", "INVALID_IMAGE", "must be provided", s -> container(s)
                        .clearImage()),
                bad("upper case image", "INVALID_IMAGE", "lower case", s -> container(s)
                        .setImage("Nginx")),
                bad("image with blank", "INVALID_IMAGE", "a b", s -> container(s)
                        .setImage("a b")),
                bad("binary image", "INVALID_IMAGE", "??", s -> container(s).setImage("\0\1")),
                bad("long image", "INVALID_IMAGE", "...", s -> container(s).setImage("a".repeat(1 << 16))),
                bad("no runtime", "INVALID_ARGUMENT", "no container", s -> s.getTaskBuilder()
                        .clearRuntime()),
                bad("attachment", "NOT_SUPPORTED", "attachments", s -> s.getTaskBuilder()
                        .setAttachment(NetworkAttachmentSpec.getDefaultInstance())),
                bad("generic runtime", "NOT_SUPPORTED", "wasm", s -> s.getTaskBuilder()
                        .setGeneric(GenericRuntimeSpec.newBuilder().setKind("wasm"))),
                bad("name with slash", "INVALID_NAME", "n/me", s -> s.getAnnotationsBuilder()
                        .setName("n/me")),
                bad("name too long", "INVALID_NAME", "63", s -> s.getAnnotationsBuilder()
                        .setName("n".repeat(64))),
                bad("label without key", "INVALID_LABEL", "label", s -> s.getAnnotationsBuilder()
                        .putLabels("", "x")),
                bad("env without name", "INVALID_ENV", "=x", s -> container(s).addEnv("=x")),
                bad("empty env", "INVALID_ENV", "NAME=VALUE", s -> container(s).addEnv("")),
                bad("NUL in env", "INVALID_ARGUMENT", "NUL", s -> container(s).addEnv("A=\0")),
                bad("NUL in argument", "INVALID_ARGUMENT", "NUL", s -> container(s)
                        .addArgs("\0")),
                bad("relative workdir", "INVALID_ARGUMENT", "absolute", s -> container(s)
                        .setDir("srv")),
                bad("stop signal", "INVALID_ARGUMENT", "signal", s -> container(s)
                        .setStopSignal("99")),
                bad("grace", "INVALID_ARGUMENT", "negative", s -> container(s).setStopGracePeriod(NEGATIVE)),
                bad("capability", "INVALID_ARGUMENT", "capability", s -> container(s)
                        .addCapabilityAdd("a b")),
                bad("two mounts", "INVALID_MOUNT", "duplicate", s -> container(s)
                        .addMounts(volume("a1", "/data"))
                        .addMounts(volume("b1", "/data/"))),
                bad("relative target", "INVALID_MOUNT", "absolute", s -> container(s)
                        .addMounts(volume("a1", "data"))),
                bad("no target", "INVALID_MOUNT", "target", s -> container(s).addMounts(volume("a1", ""))),
                bad("root target", "INVALID_MOUNT", "/", s -> container(s).addMounts(volume("a1", "/x/.."))),
                bad("path as volume", "INVALID_MOUNT", "type=bind", s -> container(s)
                        .addMounts(volume("/a", "/b"))),
                bad("volume name", "INVALID_NAME", "a/b", s -> container(s).addMounts(volume("a/b", "/b"))),
                bad("relative bind", "INVALID_MOUNT", "absolute", s -> container(s)
                        .addMounts(volume("a", "/b").setType(Mount.Type.BIND))),
                bad("tmpfs with source", "INVALID_MOUNT", "tmpfs", s -> container(s)
                        .addMounts(volume("a", "/b").setType(Mount.Type.TMPFS))),
                bad("cluster mount", "NOT_SUPPORTED", "cluster", s -> container(s)
                        .addMounts(volume("a", "/b").setType(Mount.Type.CLUSTER))),
                bad("foreign options", "INVALID_MOUNT", "bind options", s -> container(s)
                        .addMounts(volume("a1", "/b").setBindOptions(Mount.BindOptions.getDefaultInstance()))),
                bad("subpath", "NOT_SUPPORTED", "part of a volume", s -> container(s)
                        .addMounts(volume("a1", "/b")
                                .setVolumeOptions(
                                        Mount.VolumeOptions.newBuilder().setSubpath("x")))),
                bad("secret", "NOT_SUPPORTED", "secret", s -> container(s)
                        .addSecrets(SecretReference.getDefaultInstance())),
                bad("config", "NOT_SUPPORTED", "config", s -> container(s)
                        .addConfigs(ConfigReference.getDefaultInstance())),
                bad("sysctl", "NOT_SUPPORTED", "sysctl", s -> container(s).putSysctls("a", "b")),
                bad("little CPU", "INVALID_RESOURCES", "0.001", s -> s.getTaskBuilder()
                        .getResourcesBuilder()
                        .getLimitsBuilder()
                        .setNanoCpus(999_999)),
                bad("negative CPU", "INVALID_RESOURCES", "CPU", s -> s.getTaskBuilder()
                        .getResourcesBuilder()
                        .getReservationsBuilder()
                        .setNanoCpus(-1)),
                bad("little memory", "INVALID_RESOURCES", "4 MiB", s -> s.getTaskBuilder()
                        .getResourcesBuilder()
                        .getReservationsBuilder()
                        .setMemoryBytes(4_194_303)),
                bad("reservation over limit", "INVALID_RESOURCES", "greater", s -> {
                    s.getTaskBuilder().getResourcesBuilder().getLimitsBuilder().setMemoryBytes(5_000_000);
                    s.getTaskBuilder()
                            .getResourcesBuilder()
                            .getReservationsBuilder()
                            .setMemoryBytes(6_000_000);
                }),
                bad("swap", "NOT_SUPPORTED", "swap", s -> s.getTaskBuilder()
                        .getResourcesBuilder()
                        .setSwapBytes(Int64Value.of(1))),
                bad("restart delay", "INVALID_RESTART_POLICY", "delay", s -> s.getTaskBuilder()
                        .getRestartBuilder()
                        .setDelay(NEGATIVE)),
                bad("restart window", "INVALID_RESTART_POLICY", "window", s -> s.getTaskBuilder()
                        .getRestartBuilder()
                        .setWindow(NEGATIVE)),
                bad("restart attempts", "INVALID_RESTART_POLICY", "attempts", s -> s.getTaskBuilder()
                        .getRestartBuilder()
                        .setMaxAttempts(-1)),
                bad("restart condition", "INVALID_RESTART_POLICY", "condition", s -> s.getTaskBuilder()
                        .getRestartBuilder()
                        .setConditionValue(9)),
                bad("constraint", "INVALID_CONSTRAINT", "node.role", s -> s.getTaskBuilder()
                        .getPlacementBuilder()
                        .addConstraints("node.role~worker")),
                bad("long constraint", "INVALID_CONSTRAINT", "too long", s -> s.getTaskBuilder()
                        .getPlacementBuilder()
                        .addConstraints("node.role==" + "a".repeat(1 << 16))),
                bad("preference", "NOT_SUPPORTED", "preference", s -> s.getTaskBuilder()
                        .getPlacementBuilder()
                        .addPreferences(PlacementPreference.getDefaultInstance())),
                bad("template", "NOT_SUPPORTED", "template", s -> container(s).addEnv("A={{.Task.Slot}}")),
                bad("volume label", "NOT_SUPPORTED", "label", s -> container(s)
                        .addMounts(volume("a1", "/b")
                                .setVolumeOptions(
                                        Mount.VolumeOptions.newBuilder().putLabels("a", "b")))),
                bad("too large", "TOO_LARGE", "262144", s -> container(s).addArgs("a".repeat(1 << 20))),
                bad("update delay", "INVALID_UPDATE_CONFIG", "delay", s -> s.getUpdateBuilder()
                        .setDelay(NEGATIVE)),
                bad("update monitor", "INVALID_UPDATE_CONFIG", "monitor", s -> s.getUpdateBuilder()
                        .setMonitor(NEGATIVE)),
                bad("update ratio", "INVALID_UPDATE_CONFIG", "ratio", s -> s.getUpdateBuilder()
                        .setMaxFailureRatio(1.01f)),
                bad("ratio that is none", "INVALID_UPDATE_CONFIG", "ratio", s -> s.getUpdateBuilder()
                        .setMaxFailureRatio(Float.NaN)),
                bad("rollback ratio", "INVALID_UPDATE_CONFIG", "rollback", s -> s.getRollbackBuilder()
                        .setMaxFailureRatio(-0.1f)),
                bad("rollback of rollback", "INVALID_UPDATE_CONFIG", "rolled back", s -> s.getRollbackBuilder()
                        .setFailureAction(UpdateConfig.FailureAction.ROLLBACK)),
                bad("negative replicas", "INVALID_REPLICAS", "negative", s -> s.getReplicatedBuilder()
                        .setReplicas(-1)),
                bad("huge replicas", "INVALID_REPLICAS", "too many", s -> s.getReplicatedBuilder()
                        .setReplicas(1L << 40)),
                bad("no mode", "INVALID_MODE", "mode", ServiceSpec.Builder::clearMode),
                bad("job", "NOT_SUPPORTED", "job", s -> s.setReplicatedJob(ReplicatedJob.getDefaultInstance())),
                bad("job with update", "INVALID_UPDATE_CONFIG", "jobs", s -> s.setGlobalJob(
                                GlobalJob.getDefaultInstance())
                        .setUpdate(UpdateConfig.getDefaultInstance())),
                bad("health interval", "INVALID_HEALTHCHECK", "interval", s -> container(s)
                        .getHealthcheckBuilder()
                        .setInterval(Duration.newBuilder().setNanos(999_999))),
                bad("health retries", "INVALID_HEALTHCHECK", "retries", s -> container(s)
                        .getHealthcheckBuilder()
                        .setRetries(-1)),
                bad("health test", "INVALID_HEALTHCHECK", "CURL", s -> container(s)
                        .getHealthcheckBuilder()
                        .addTest("CURL")),
                bad("target port 0", "INVALID_PORT", "0", s -> port(s, 80, 0)),
                bad("huge target port", "INVALID_PORT", "65536", s -> port(s, 80, 65536)),
                bad("huge published port", "INVALID_PORT", "4294967295", s -> port(s, -1, 80)),
                bad("port twice", "INVALID_PORT", "twice", s -> {
                    port(s, 8080, 80);
                    port(s, 8080, 81);
                }),
                bad("ingress with dnsrr", "INVALID_PORT", "dnsrr", s -> s.getEndpointBuilder()
                        .setMode(EndpointSpec.ResolutionMode.DNSRR)
                        .addPorts(Manager.port(80, PortConfig.PublishMode.INGRESS))));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder();
        change.accept(spec);

        Manager.assertRefused(code, fragment, () -> ServiceRules.check(spec.build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "n-me", "n_me", "n-m-e", "n--d", "N1"})
    void acceptsNames(String name) {
        ServiceRules.check(Manager.spec(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"_nam", ".nam", "-nam", "nam-", "n/me", "n&me", "////", "", " ", "n\nme", "é"})
    void refusesNames(String name) {
        Manager.assertRefused("INVALID_NAME", "name", () -> ServiceRules.check(Manager.spec(name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx",
                "nginx:1.27",
                "library/nginx",
                "host.example/team/app:v1",
                "localhost/app",
                "10.0.0.1:5000/app",
                "[::1]:5000/app",
                "my--app__x.y",
                "app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "app:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void acceptsImages(String image) {
        ImageReference.check(image);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx:",
                ":latest",
                "nginx@",
                "nginx@sha256:12",
                "/nginx",
                "a//b",
                "nginx/",
                "a:b:c",
                "ho_st.example/UP",
                "-a",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void refusesImages(String image) {
        Manager.assertRefused("INVALID_IMAGE", image, () -> ImageReference.check(image));
    }

    @Test
    void acceptsAGlobalServiceWithEverythingThatIsSupported() {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder().setGlobal(GlobalService.getDefaultInstance());
        container(spec)
                .addEnv("A=b=c")
                .addEnv("PLAIN")
                .setDir("/srv")
                .setStopSignal("SIGRTMIN+3")
                .addCapabilityAdd("NET_ADMIN")
                .addMounts(volume("data", "/data"))
                .addMounts(volume("", "/anonymous"))
                .addMounts(volume("/etc", "/host/etc").setType(Mount.Type.BIND));
        container(spec).getHealthcheckBuilder().addTest("CMD-SHELL").addTest("true");
        spec.getTaskBuilder().getPlacementBuilder().addConstraints("node.role == manager");
        port(spec, 8080, 80);
        port(spec, 0, 81);

        ServiceRules.check(spec.build());
    }

    private static Arguments bad(String what, String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        return arguments(code, fragment, Named.of(what, change));
    }

    private static org.skep.protocol.ContainerSpec.Builder container(ServiceSpec.Builder spec) {
        return spec.getTaskBuilder().getContainerBuilder();
    }

    private static void port(ServiceSpec.Builder spec, int published, int target) {
        spec.getEndpointBuilder()
                .addPorts(PortConfig.newBuilder()
                        .setPublishMode(PortConfig.PublishMode.HOST)
                        .setPublishedPort(published)
                        .setTargetPort(target));
    }

    private static Mount.Builder volume(String source, String target) {
        return Mount.newBuilder().setType(Mount.Type.VOLUME).setSource(source).setTarget(target);
    }
}
