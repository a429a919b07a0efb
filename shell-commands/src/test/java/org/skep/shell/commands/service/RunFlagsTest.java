package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.shell.commands.service.FlagLines.with;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Driver;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.testing.Fakes;

/** Flags for what a task runs, and around whom. */
class RunFlagsTest {

    private final FlagLines lines = new FlagLines();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A=1 B=2|--env-add A=3|A=3 B=2",
                "A=1 B=2|--env-add C=3|A=1 B=2 C=3",
                "A=1 B=2|--env-rm A|B=2",
                "A=1 B=2|--env-rm X|A=1 B=2",
                "A=1 B=2|--env-rm A --env-rm B --env-add A=9|A=9",
                "A=1 B=2|--env-add A=|A= B=2"
            })
    void mergeVariables(String before, String flags, String after) {
        ServiceSpec spec = with(s -> s.getTaskBuilder().getContainerBuilder().addAllEnv(List.of(before.split(" "))));
        assertThat(lines.updated(spec, flags.split(" "))
                        .getTask()
                        .getContainer()
                        .getEnvList())
                .containsExactly(after.split(" "));
    }

    @Test
    void mergeLabels() {
        ServiceSpec spec = with(s -> {
            s.getAnnotationsBuilder().putLabels("a", "1").putLabels("b", "2");
            s.getTaskBuilder().getContainerBuilder().putLabels("c", "3");
        });
        ServiceSpec after = lines.updated(
                spec,
                "--label-rm",
                "a",
                "--label-add",
                "b=9",
                "--label-add",
                "n",
                "--container-label-rm",
                "c",
                "--container-label-add",
                "d=4");
        assertThat(after.getAnnotations().getLabelsMap()).isEqualTo(Map.of("b", "9", "n", ""));
        assertThat(after.getTask().getContainer().getLabelsMap()).isEqualTo(Map.of("d", "4"));
    }

    @Test
    void forceAnUpdate() {
        assertThat(lines.updated(Fakes.spec("web", 1), "--force").getTask().getForceUpdate())
                .isEqualTo(1);
        assertThat(lines.updated(Fakes.spec("web", 1), "--force=false")
                        .getTask()
                        .getForceUpdate())
                .isZero();
    }

    @Test
    void switchHealthChecksOffAndOn() {
        ServiceSpec checked = with(s -> s.getTaskBuilder()
                .getContainerBuilder()
                .getHealthcheckBuilder()
                .addTest("CMD-SHELL")
                .addTest("true")
                .setRetries(3));
        ServiceSpec off = lines.updated(checked, "--no-healthcheck");
        assertThat(off.getTask().getContainer().getHealthcheck())
                .isEqualTo(HealthConfig.newBuilder().addTest("NONE").build());
        assertThat(lines.updated(off, "--health-cmd", "false")
                        .getTask()
                        .getContainer()
                        .getHealthcheck())
                .isEqualTo(HealthConfig.newBuilder()
                        .addTest("CMD-SHELL")
                        .addTest("false")
                        .build());
        assertThat(lines.updated(checked, "--health-retries", "5")
                        .getTask()
                        .getContainer()
                        .getHealthcheck())
                .isEqualTo(HealthConfig.newBuilder()
                        .addTest("CMD-SHELL")
                        .addTest("true")
                        .setRetries(5)
                        .build());
    }

    @Test
    void mergeMountsByTarget() {
        ServiceSpec spec = with(s -> s.getTaskBuilder()
                .getContainerBuilder()
                .addMounts(Mount.newBuilder()
                        .setType(Mount.Type.VOLUME)
                        .setSource("a")
                        .setTarget("/a"))
                .addMounts(Mount.newBuilder()
                        .setType(Mount.Type.VOLUME)
                        .setSource("b")
                        .setTarget("/b")));
        ServiceSpec after = lines.updated(
                spec, "--mount-rm", "/a", "--mount-add", "source=c,target=/b", "--mount-add", "type=tmpfs,target=/t");
        assertThat(after.getTask().getContainer().getMountsList())
                .extracting(Mount::getSource, Mount::getTarget)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("c", "/b"), org.assertj.core.groups.Tuple.tuple("", "/t"));
    }

    @Test
    void setATerminalGroupsAndALogDriver() {
        ServiceSpec spec = lines.created(
                ("-t --group audio --group 1001 --log-driver json-file --log-opt max-size=1m --log-opt max-file=2 img")
                        .split(" "));
        assertThat(spec.getTask().getContainer().getTty()).isTrue();
        assertThat(spec.getTask().getContainer().getGroupsList()).containsExactly("audio", "1001");
        assertThat(spec.getTask().getLogDriver())
                .isEqualTo(Driver.newBuilder()
                        .setName("json-file")
                        .putOptions("max-size", "1m")
                        .putOptions("max-file", "2")
                        .build());
    }

    @Test
    void mergeGroups() {
        ServiceSpec spec = with(s -> s.getTaskBuilder().getContainerBuilder().addAllGroups(List.of("a", "b")));
        assertThat(lines.container(spec, "--group-rm a --group-add b --group-add c")
                        .getGroupsList())
                .containsExactly("b", "c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--log-opt b=2|json-file a=1 b=2",
                "--log-driver local|local",
                "--log-driver local --log-opt b=2|local b=2",
                "--log-driver=|"
            })
    void replaceALogDriverWithItsOptions(String flags, String after) {
        ServiceSpec spec = with(s -> s.getTaskBuilder()
                .setLogDriver(Driver.newBuilder().setName("json-file").putOptions("a", "1")));
        Driver driver = lines.updated(spec, flags.split(" ")).getTask().getLogDriver();
        assertThat((driver.getName() + " " + new TreeMap<>(driver.getOptionsMap()))
                        .replaceAll("[{},]", "")
                        .strip())
                .isEqualTo(after == null ? "" : after);
    }

    @Test
    void refuseOptionsOfNoLogDriver() {
        assertThatThrownBy(() -> lines.created("--log-opt", "a=b", "img")).hasMessage("--log-opt needs --log-driver");
        assertThatThrownBy(() -> lines.updated(Fakes.spec("web", 1), "--log-opt", "a=b"))
                .hasMessage("--log-opt needs --log-driver");
    }
}
