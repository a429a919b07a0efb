package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.shell.commands.service.FlagLines.with;

import com.google.protobuf.Int64Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.value.GenericResources;
import org.skep.shell.commands.value.Ulimits;

/** Flags for what containers may ask of the kernel, and for what they are limited to. */
class KernelFlagsTest {

    private final FlagLines lines = new FlagLines();

    @Test
    void moveCapabilitiesBetweenTheLists() {
        ServiceSpec spec = with(s -> s.getTaskBuilder().getContainerBuilder().addCapabilityDrop("CAP_CHOWN"));
        assertThat(lines.updated(spec, "--cap-add", "chown").getTask().getContainer())
                .returns(List.of("CAP_CHOWN"), container -> List.copyOf(container.getCapabilityAddList()))
                .returns(0, ContainerSpec::getCapabilityDropCount);
    }

    @Test
    void setAllOfThem() {
        ServiceSpec spec = lines.created(
                ("--isolation process --sysctl net.core.somaxconn=1024 --ulimit nofile=1024:2048 --ulimit core=0 --oom-score-adj -500"
                                + " --limit-pids 100 --limit-memory 64m --memory-swap -1 --memory-swappiness 0"
                                + " --generic-resource gpu=2 --generic-resource ssd=1 img")
                        .split(" "));
        assertThat(spec.getTask().getContainer())
                .isEqualTo(ContainerSpec.newBuilder()
                        .setImage("img")
                        .setIsolation(ContainerSpec.Isolation.ISOLATION_PROCESS)
                        .putSysctls("net.core.somaxconn", "1024")
                        .addUlimits(Ulimits.parse("nofile=1024:2048"))
                        .addUlimits(Ulimits.parse("core=0:0"))
                        .setOomScoreAdj(-500)
                        .setPidsLimit(100)
                        .build());
        assertThat(spec.getTask().getResources().getSwapBytes().getValue()).isEqualTo(-1);
        assertThat(spec.getTask().getResources().getMemorySwappiness().getValue())
                .isZero();
        assertThat(spec.getTask().getResources().hasMemorySwappiness()).isTrue();
        assertThat(spec.getTask().getResources().getReservations().getGenericList())
                .containsExactly(GenericResources.parse("gpu=2"), GenericResources.parse("ssd=1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--generic-resource-add gpu=4|ssd=1 gpu=4",
                "--generic-resource-rm gpu|ssd=1",
                "--generic-resource-rm gpu --generic-resource-rm ssd --generic-resource-add a=1|a=1",
                "--generic-resource-rm none|gpu=2 ssd=1"
            })
    void mergeGenericResourcesByKind(String flags, String after) {
        ServiceSpec spec = with(s -> s.getTaskBuilder()
                .getResourcesBuilder()
                .getReservationsBuilder()
                .addGeneric(GenericResources.parse("gpu=2"))
                .addGeneric(GenericResources.parse("ssd=1")));
        assertThat(lines.updated(spec, flags.split(" "))
                        .getTask()
                        .getResources()
                        .getReservations()
                        .getGenericList())
                .extracting(GenericResources::print)
                .containsExactly(after.split(" "));
    }

    @Test
    void mergeSysctlsAndUlimits() {
        ServiceSpec spec = with(s -> s.getTaskBuilder()
                .getContainerBuilder()
                .putSysctls("a.b", "1")
                .putSysctls("c.d", "2")
                .addUlimits(Ulimits.parse("nofile=1:2"))
                .addUlimits(Ulimits.parse("core=0")));
        ContainerSpec after = lines.container(
                spec,
                "--sysctl-rm a.b --sysctl-add c.d=3 --ulimit-rm core --ulimit-add nofile=5:6 --ulimit-add nproc=7");
        assertThat(after.getSysctlsMap()).isEqualTo(Map.of("c.d", "3"));
        assertThat(after.getUlimitsList()).extracting(Ulimits::print).containsExactly("nofile=5:6", "nproc=7:7");
    }

    @Test
    void unsetSwappiness() {
        ServiceSpec spec = with(s -> s.getTaskBuilder().getResourcesBuilder().setMemorySwappiness(Int64Value.of(7)));
        assertThat(lines.updated(spec, "--memory-swappiness", "-1")
                        .getTask()
                        .getResources()
                        .hasMemorySwappiness())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ulimit nofile img|'nofile' is not a ulimit: use TYPE=SOFT:HARD",
                "--ulimit nofile=a:b img|is not a ulimit",
                "--oom-score-adj 1001 img|'1001' is not an OOM score: use -1000 to 1000",
                "--memory-swappiness 101 img|'101' is not a swappiness: use -1 to 100",
                "--memory-swap -2 img|'-2' is not a size",
                "--limit-pids -1 img|'-1' is not a number of processes",
                "--generic-resource gpu=a img|'gpu=a' is not a generic resource: use KIND=NUMBER",
                "--isolation jail img|'jail' is not one of default, process, hyperv"
            })
    void refuseWhatIsWrong(String line, String reason) {
        assertThatThrownBy(() -> lines.created(line.split(" "))).hasMessageContaining(reason);
    }
}
