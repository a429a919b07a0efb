package org.skep.control.local;

import static org.skep.control.local.Rows.bad;
import static org.skep.control.local.Rows.container;
import static org.skep.control.local.Rows.port;
import static org.skep.control.local.Rows.volume;

import com.google.protobuf.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.protocol.Driver;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.GenericRuntimeSpec;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.GlobalService;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachmentSpec;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.UpdateConfig;

class ServiceRulesTest {

    private static final Duration NEGATIVE =
            Duration.newBuilder().setSeconds(-1).build();

    static Stream<Arguments> refused() {
        return Stream.of(
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
                bad("target port 0", "INVALID_PORT", "0", s -> port(s, 80, 0)),
                bad("huge target port", "INVALID_PORT", "65536", s -> port(s, 80, 65536)),
                bad("huge published port", "INVALID_PORT", "4294967295", s -> port(s, -1, 80)),
                bad("port twice", "INVALID_PORT", "twice", s -> {
                    port(s, 8080, 80);
                    port(s, 8080, 81);
                }),
                bad("ingress with dnsrr", "INVALID_PORT", "dnsrr", s -> s.getEndpointBuilder()
                        .setMode(EndpointSpec.ResolutionMode.DNSRR)
                        .addPorts(Manager.port(80, PortConfig.PublishMode.INGRESS))),
                bad(
                        "job with update config",
                        "INVALID_UPDATE_CONFIG",
                        "jobs may not have an update config",
                        s -> s.setGlobalJob(GlobalJob.getDefaultInstance())
                                .setUpdate(UpdateConfig.getDefaultInstance())),
                bad(
                        "job with rollback config",
                        "INVALID_UPDATE_CONFIG",
                        "jobs may not have a rollback config",
                        s -> s.setReplicatedJob(job(1, 1)).setRollback(UpdateConfig.getDefaultInstance())),
                bad(
                        "negative completions",
                        "INVALID_REPLICAS",
                        "total completions -1 must not be negative",
                        s -> s.setReplicatedJob(job(1, -1))),
                bad(
                        "negative concurrency",
                        "INVALID_REPLICAS",
                        "max concurrent -2 must not be negative",
                        s -> s.setReplicatedJob(job(-2, 1))),
                bad(
                        "job that never runs",
                        "INVALID_REPLICAS",
                        "max concurrent 0 lets none of 3 tasks run (at least 1",
                        s -> s.setReplicatedJob(job(0, 3))),
                bad(
                        "huge job",
                        "INVALID_REPLICAS",
                        "too many (at most 1000000",
                        s -> s.setReplicatedJob(job(1, 1_000_001))),
                bad(
                        "update max wait",
                        "INVALID_UPDATE_CONFIG",
                        "update max wait -1s must not be negative",
                        s -> s.getUpdateBuilder().setMaxWait(NEGATIVE)),
                bad("update parallelism", "INVALID_UPDATE_CONFIG", "parallelism -1", s -> s.getUpdateBuilder()
                        .setParallelism(-1)),
                bad("update action", "INVALID_UPDATE_CONFIG", "pause, continue or rollback", s -> s.getUpdateBuilder()
                        .setFailureActionValue(9)),
                bad("update order", "INVALID_UPDATE_CONFIG", "stop-first or start-first", s -> s.getUpdateBuilder()
                        .setOrderValue(9)),
                bad("log driver", "INVALID_LOG_DRIVER", "\"\" is not a log driver", s -> s.getTaskBuilder()
                        .setLogDriver(Driver.getDefaultInstance())),
                bad("log option", "INVALID_LOG_DRIVER", "has no name", s -> s.getTaskBuilder()
                        .setLogDriver(Driver.newBuilder().setName("json-file").putOptions("", "x"))));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        Rows.assertRefused(code, fragment, change);
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

    @Test
    void acceptsJobs() {
        ServiceRules.check(
                Manager.spec("job").toBuilder().setReplicatedJob(job(2, 5)).build());
        ServiceRules.check(
                Manager.spec("job").toBuilder().setReplicatedJob(job(0, 0)).build());
        ServiceRules.check(Manager.spec("job").toBuilder()
                .setGlobalJob(GlobalJob.getDefaultInstance())
                .build());
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

    private static ReplicatedJob job(long concurrent, long total) {
        return ReplicatedJob.newBuilder()
                .setMaxConcurrent(concurrent)
                .setTotalCompletions(total)
                .build();
    }
}
