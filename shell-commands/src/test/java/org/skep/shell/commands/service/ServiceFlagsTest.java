package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.PortConfig;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the flags of {@code service create} and {@code service update} do to a specification. */
class ServiceFlagsTest {

    /** Every flag that docker's client has, as of 29.7. */
    private static final String CREATE = """
            cap-add cap-drop config constraint container-label credential-spec detach dns dns-option dns-search \
            endpoint-mode entrypoint env env-file generic-resource group health-cmd health-interval health-retries \
            health-start-interval health-start-period health-timeout host hostname init isolation label limit-cpu \
            limit-memory limit-pids log-driver log-opt max-concurrent memory-swap memory-swappiness mode mount name \
            network no-healthcheck no-resolve-image oom-score-adj placement-pref publish quiet read-only replicas \
            replicas-max-per-node reserve-cpu reserve-memory restart-condition restart-delay restart-max-attempts \
            restart-window rollback-delay rollback-failure-action rollback-max-failure-ratio rollback-monitor \
            rollback-order rollback-parallelism secret stop-grace-period stop-signal sysctl tty ulimit update-delay \
            update-failure-action update-max-failure-ratio update-monitor update-order update-parallelism user \
            with-registry-auth workdir""";

    private static final String UPDATE = """
            args cap-add cap-drop config-add config-rm constraint-add constraint-rm container-label-add \
            container-label-rm credential-spec detach dns-add dns-option-add dns-option-rm dns-rm dns-search-add \
            dns-search-rm endpoint-mode entrypoint env-add env-rm force generic-resource-add generic-resource-rm \
            group-add group-rm health-cmd health-interval health-retries health-start-interval health-start-period \
            health-timeout host-add host-rm hostname image init isolation label-add label-rm limit-cpu limit-memory \
            limit-pids log-driver log-opt max-concurrent memory-swap memory-swappiness mount-add mount-rm network-add \
            network-rm no-healthcheck no-resolve-image oom-score-adj placement-pref-add placement-pref-rm publish-add \
            publish-rm quiet read-only replicas replicas-max-per-node reserve-cpu reserve-memory restart-condition \
            restart-delay restart-max-attempts restart-window rollback rollback-delay rollback-failure-action \
            rollback-max-failure-ratio rollback-monitor rollback-order rollback-parallelism secret-add secret-rm \
            stop-grace-period stop-signal sysctl-add sysctl-rm tty ulimit-add ulimit-rm update-delay \
            update-failure-action update-max-failure-ratio update-monitor update-order update-parallelism user \
            with-registry-auth workdir""";

    /** What docker does not have. */
    private static final String OWN = "placement-strategy rollback-max-wait update-max-wait";

    private final FlagLines lines = new FlagLines();
    private final FakeControl control = lines.control;
    private final FakeSession session = lines.session;

    @Test
    void knowEveryFlagOfDocker() {
        assertThat(names(Lines.parsed(lines.create()))).containsExactlyInAnyOrder((CREATE + " " + OWN).split(" +"));
        assertThat(names(Lines.parsed(lines.update()))).containsExactlyInAnyOrder((UPDATE + " " + OWN).split(" +"));
    }

    private static List<String> names(CommandLine line) {
        return line.getCommandSpec().options().stream()
                .map(OptionSpec::longestName)
                .map(name -> name.substring(2))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> refuseFlagsOfLater() {
        control.services.add(Fakes.service("web", 1));
        return Stream.concat(
                Lines.parsed(lines.create()).getCommandSpec().options().stream()
                        .filter(OptionSpec::hidden)
                        .map(option -> refused(option, "create", "img")),
                Lines.parsed(lines.update()).getCommandSpec().options().stream()
                        .filter(OptionSpec::hidden)
                        .map(option -> refused(option, "update", "web")));
    }

    private DynamicTest refused(OptionSpec option, String verb, String subject) {
        String flag = option.longestName();
        return DynamicTest.dynamicTest(verb + " " + flag, () -> {
            String given = option.arity().min() == 0 ? flag : flag + "=1";
            assertThatThrownBy(() ->
                            Lines.run(verb.equals("create") ? lines.create() : lines.update(), session, given, subject))
                    .isInstanceOf(CommandLine.ParameterException.class)
                    .hasMessage(flag + " isn't supported yet");
        });
    }

    @Test
    void createFromNothingButAnImage() {
        assertThat(lines.created("alpine:3"))
                .isEqualTo(Fakes.spec("", 1).toBuilder().clearAnnotations().build());
    }

    @Test
    void leaveWhatFollowsTheImageToTheTask() {
        ServiceSpec spec = lines.created("--name", "web", "alpine", "sh", "-c", "--name other", "--replicas", "7");
        assertThat(spec.getTask().getContainer().getArgsList())
                .containsExactly("sh", "-c", "--name other", "--replicas", "7");
        assertThat(spec.getReplicated().getReplicas()).isEqualTo(1);
    }

    @Test
    void createAllThatIsSupported() {
        session.file("app.env", "A=file\nB=file\nHOME\n")
                .variable("HOME", "/home/ada")
                .variable("TERM", "xterm");
        control.networks.add(Network.newBuilder()
                .setId("n1")
                .setSpec(NetworkSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("front")))
                .build());
        ServiceSpec spec = lines.created(
                ("--name web --replicas 3 --env B=line -e TERM --env-file app.env -l tier=front --container-label x=y"
                                + " --mount source=data,target=/data -p mode=host,published=8080,target=80"
                                + " -w /srv -u 1000:1000 --hostname web-{{.Task.Slot}} --stop-signal SIGINT"
                                + " --stop-grace-period 30s --restart-condition on-failure --restart-delay 1s"
                                + " --restart-max-attempts 4 --restart-window 1m --constraint node.role==manager"
                                + " --limit-cpu 0.5 --limit-memory 64m --reserve-cpu .25 --reserve-memory 32m"
                                + " --health-interval 5s --health-retries 2 --health-timeout 1s --health-start-period 3s"
                                + " --health-start-interval 100ms --init --read-only --cap-add net_admin --cap-drop ALL"
                                + " --network front --entrypoint sh --health-cmd true --no-resolve-image img a b")
                        .split(" "));
        assertThat(spec.getAnnotations())
                .isEqualTo(Annotations.newBuilder()
                        .setName("web")
                        .putLabels("tier", "front")
                        .build());
        assertThat(spec.getReplicated().getReplicas()).isEqualTo(3);
        assertThat(spec.getEndpoint().getPortsList())
                .containsExactly(PortConfig.newBuilder()
                        .setPublishMode(PortConfig.PublishMode.HOST)
                        .setPublishedPort(8080)
                        .setTargetPort(80)
                        .build());
        assertThat(spec.getTask().getContainer())
                .isEqualTo(ContainerSpec.newBuilder()
                        .setImage("img")
                        .addArgs("a")
                        .addArgs("b")
                        .addCommand("sh")
                        .addAllEnv(List.of("A=file", "B=line", "HOME=/home/ada", "TERM=xterm"))
                        .putLabels("x", "y")
                        .addMounts(Mount.newBuilder()
                                .setType(Mount.Type.VOLUME)
                                .setSource("data")
                                .setTarget("/data"))
                        .setDir("/srv")
                        .setUser("1000:1000")
                        .setHostname("web-{{.Task.Slot}}")
                        .setStopSignal("SIGINT")
                        .setStopGracePeriod(Duration.newBuilder().setSeconds(30))
                        .setInit(BoolValue.of(true))
                        .setReadOnly(true)
                        .addCapabilityAdd("CAP_NET_ADMIN")
                        .addCapabilityDrop("ALL")
                        .setHealthcheck(HealthConfig.newBuilder()
                                .addTest("CMD-SHELL")
                                .addTest("true")
                                .setInterval(Duration.newBuilder().setSeconds(5))
                                .setTimeout(Duration.newBuilder().setSeconds(1))
                                .setStartPeriod(Duration.newBuilder().setSeconds(3))
                                .setStartInterval(Duration.newBuilder().setNanos(100_000_000))
                                .setRetries(2))
                        .build());
        assertThat(spec.getTask().getRestart())
                .isEqualTo(RestartPolicy.newBuilder()
                        .setCondition(RestartCondition.ON_FAILURE)
                        .setDelay(Duration.newBuilder().setSeconds(1))
                        .setMaxAttempts(4)
                        .setWindow(Duration.newBuilder().setSeconds(60))
                        .build());
        assertThat(spec.getTask().getPlacement().getConstraintsList()).containsExactly("node.role==manager");
        assertThat(spec.getTask().getNetworksList()).singleElement().returns("n1", network -> network.getTarget());
        assertThat(spec.getTask().getResources().getLimits().getNanoCpus()).isEqualTo(500_000_000);
        assertThat(spec.getTask().getResources().getLimits().getMemoryBytes()).isEqualTo(64 << 20);
        assertThat(spec.getTask().getResources().getReservations().getNanoCpus())
                .isEqualTo(250_000_000);
        assertThat(spec.getTask().getResources().getReservations().getMemoryBytes())
                .isEqualTo(32 << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--replicas -1 img|'-1' is not a number of replicas: use 0 to 1000000",
                "--replicas 99999999999999999999 img|'99999999999999999999' is not a number of replicas",
                "--replicas x img|'x' is not a number of replicas",
                "--mode global --replicas 2 img|--replicas can only be used with a replicated service",
                "--mode all img|'all' is not one of replicated, global, replicated-job, global-job",
                "--restart-condition sometimes img|'sometimes' is not one of none, on-failure, any",
                "--restart-delay 5 img|'5' is not a duration",
                "--restart-max-attempts -3 img|'-3' is not a number of attempts",
                "--limit-memory lots img|'lots' is not a size",
                "--limit-cpu -1 img|'-1' is not a number of CPUs",
                "--health-interval 1us img|the shortest is 1ms",
                "--no-healthcheck --health-cmd true img|--no-healthcheck cannot be combined with --health-cmd",
                "-p 8080:80 img|isn't supported yet: use mode=host,published=8080,target=80",
                "--mount /a:/b img|is not a mount",
                "--constraint role=manager img|is not a constraint",
                "--env =x img|is not an environment variable",
                "--label =x img|the key is missing",
                "--read-only=perhaps img|perhaps",
                "--name web|Missing required parameter",
                "--stop-signal NOPE img|is not a signal",
                "--cap-add x! img|is not a capability",
                "--frobnicate img|Unknown option"
            })
    void refuseWhatIsWrongWithTheLine(String line, String reason) {
        assertThatThrownBy(() -> Lines.run(lines.create(), session, line.split(" ")))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining(reason);
        assertThat(control.services).isEmpty();
    }

    @Test
    void letTheLastOfRepeatedFlagsWin() {
        assertThat(lines.created("--name", "a", "--name", "b", "img")
                        .getAnnotations()
                        .getName())
                .isEqualTo("b");
    }

    @Test
    void switchOffWithAnEqualsSign() {
        assertThat(lines.created("--read-only=false", "--init=false", "img")
                        .getTask()
                        .getContainer())
                .returns(false, ContainerSpec::getReadOnly)
                .returns(BoolValue.of(false), ContainerSpec::getInit);
    }

    @Test
    void updateNothingWithoutFlags() {
        ServiceSpec spec = Fakes.spec("web", 2);
        assertThat(lines.updated(spec)).isEqualTo(spec);
    }

    @Test
    void updateSingleValues() {
        ServiceSpec spec = lines.updated(
                Fakes.spec("web", 2),
                "--image",
                "alpine:4",
                "--args",
                "sh -c 'echo a b'",
                "--replicas",
                "5",
                "-w",
                "/x");
        assertThat(spec.getReplicated().getReplicas()).isEqualTo(5);
        assertThat(spec.getTask().getContainer())
                .isEqualTo(ContainerSpec.newBuilder()
                        .setImage("alpine:4")
                        .addAllArgs(List.of("sh", "-c", "echo a b"))
                        .setDir("/x")
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--replicas", "--image", "--env-add"})
    void nameTheFlagThatLacksItsValue(String flag) {
        assertThatThrownBy(() -> Lines.run(lines.update(), session, "web", flag))
                .isInstanceOf(CommandLine.MissingParameterException.class)
                .hasMessageContaining(flag);
    }
}
