package org.skep.runtime.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.KernelSettings;
import org.skep.api.runtime.LogDriver;
import org.skep.api.runtime.NameResolution;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskMount;

/** What is refused, by the name of the flag. */
class RefusalsTest {

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("--cap-add", container -> container.capabilityAdd(List.of("NET_ADMIN"))),
                refusal("--cap-drop", container -> container.capabilityDrop(List.of("ALL"))),
                refusal("--read-only", container -> container.readOnly(true)),
                refusal("--init", container -> container.init(Optional.of(true))),
                refusal("--tty", container -> container.tty(true)),
                refusal("--hostname", container -> container.hostname("web")),
                refusal("--sysctl", kernel(Map.of("a", "b"), List.of(), List.of(), "")),
                refusal(
                        "--ulimit",
                        kernel(Map.of(), List.of(new KernelSettings.Ulimit("nofile", 1, 1)), List.of(), "")),
                refusal("security options", kernel(Map.of(), List.of(), List.of("no-new-privileges"), "")),
                refusal("--isolation", kernel(Map.of(), List.of(), List.of(), "hyperv")),
                refusal("--host", names(List.of("a:1.2.3.4"), List.of(), List.of(), List.of())),
                refusal("--dns", names(List.of(), List.of("1.2.3.4"), List.of(), List.of())),
                refusal("--dns-search", names(List.of(), List.of(), List.of("a"), List.of())),
                refusal("--dns-option", names(List.of(), List.of(), List.of(), List.of("a"))),
                refusal("--log-driver", container -> container.log(new LogDriver("syslog", Map.of()))),
                refusal("--log-opt", container -> container.log(new LogDriver("", Map.of("a", "b")))),
                refusal(
                        "--mount readonly (/data)",
                        container -> container.mounts(List.of(bind("/tmp", "/data", true)))),
                refusal(
                        "--mount type=tmpfs (/tmp)",
                        container -> container.mounts(List.of(new TaskMount(
                                TaskMount.Type.TMPFS,
                                "",
                                "/tmp",
                                false,
                                TaskMount.Propagation.RPRIVATE,
                                0,
                                0,
                                false)))),
                refusal(
                        "mount inside another",
                        container -> container.mounts(List.of(bind("/tmp", "/a", false), bind("/tmp", "/a/b", false)))),
                refusal("'/..' is not below /", container -> container.mounts(List.of(bind("/tmp", "/..", false)))),
                refusal("image 'none' without a command", container -> container.command(List.of())),
                refusal("no such signal: 'SIGNOPE'", container -> container.stopSignal("SIGNOPE")),
                refusal("no such signal: '65'", container -> container.stopSignal("65")));
    }

    private static UnaryOperator<ContainerConfig.Builder> kernel(
            Map<String, String> sysctls, List<KernelSettings.Ulimit> ulimits, List<String> security, String isolation) {
        return container -> container.kernel(new KernelSettings(sysctls, ulimits, 0, 0, security, isolation));
    }

    private static UnaryOperator<ContainerConfig.Builder> names(
            List<String> hosts, List<String> servers, List<String> search, List<String> options) {
        return container -> container.names(new NameResolution(hosts, servers, search, options));
    }

    private static Arguments refusal(String words, UnaryOperator<ContainerConfig.Builder> change) {
        return Arguments.of(words, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refusesWhatItCannotHonour(String words, UnaryOperator<ContainerConfig.Builder> change) {
        assertThatThrownBy(() -> Refusals.check(
                        task(change.apply(ContainerConfig.of("none").command(List.of("true"))))))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesHealthChecksOfAKindThatItDoesNotKnow() {
        HealthCheck check =
                new HealthCheck(List.of("WHAT", "true"), Duration.ZERO, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO);
        assertThatThrownBy(() -> HealthMonitor.command(check))
                .isInstanceOf(SkepException.class)
                .hasMessage("health check of unknown kind 'WHAT'");
    }

    @Test
    void refusesWhatConcernsSwap() {
        refuses(new ResourceLimits(0, 1, 0, 0, OptionalLong.of(1), OptionalLong.empty()), "--memory-swap");
        refuses(new ResourceLimits(0, 1, 0, 0, OptionalLong.empty(), OptionalLong.of(1)), "--memory-swappiness");
    }

    private static void refuses(ResourceLimits limits, String flag) {
        assertThatThrownBy(() -> Refusals.check(task(ContainerConfig.of("none").command(List.of("true")), limits)))
                .hasMessage("the process runtime does not support " + flag);
    }

    private static TaskDescription task(ContainerConfig.Builder container) {
        return task(container, ResourceLimits.NONE);
    }

    private static TaskDescription task(ContainerConfig.Builder container, ResourceLimits limits) {
        return new TaskDescription(
                "task",
                "web.1.task",
                "service",
                "web",
                "node",
                container.build(),
                limits,
                List.of(),
                List.of(),
                Map.of());
    }

    private static TaskMount bind(String source, String target, boolean readOnly) {
        return new TaskMount(
                TaskMount.Type.BIND, source, target, readOnly, TaskMount.Propagation.RPRIVATE, 0, 0, false);
    }
}
