package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.KernelSettings;
import org.skep.api.runtime.LogDriver;
import org.skep.api.runtime.NameResolution;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskMount;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.DiscreteGenericResource;
import org.skep.protocol.Driver;
import org.skep.protocol.GenericResource;
import org.skep.protocol.Mount;
import org.skep.protocol.NamedGenericResource;
import org.skep.protocol.Privileges;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Task;
import org.skep.protocol.worker.WorkerTask;

/** What a runtime hears of a task's specification. */
class TaskDescriptionsTest {

    @TempDir
    private Path volume;

    private static Task.Builder task(ContainerSpec.Builder container) {
        Task.Builder task = Task.newBuilder().setId("t1");
        task.getSpecBuilder().setContainer(container);
        return task;
    }

    private static TaskDescription describe(Task.Builder task) {
        return TaskDescriptions.of(WorkerTask.newBuilder().setTask(task).build());
    }

    private static ContainerConfig container(ContainerSpec.Builder container) {
        return describe(task(container)).container();
    }

    @Test
    void tellsHowToFindNames() {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder().addHosts("10.0.0.1 db database");
        spec.getDnsConfigBuilder()
                .addNameservers("1.1.1.1")
                .addSearch("example.com")
                .addOptions("ndots:2");
        assertThat(container(spec).names())
                .isEqualTo(new NameResolution(
                        List.of("db:10.0.0.1", "database:10.0.0.1"),
                        List.of("1.1.1.1"),
                        List.of("example.com"),
                        List.of("ndots:2")));
    }

    @Test
    void tellsWhatTheKernelIsToDo() {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder()
                .putSysctls("net.core.somaxconn", "1024")
                .addUlimits(ContainerSpec.Ulimit.newBuilder()
                        .setName("nofile")
                        .setSoft(1)
                        .setHard(2))
                .setPidsLimit(7)
                .setOomScoreAdj(-5)
                .setIsolation(ContainerSpec.Isolation.ISOLATION_HYPERV);
        spec.getPrivilegesBuilder()
                .setNoNewPrivileges(true)
                .setSeccomp(Privileges.SeccompOpts.newBuilder()
                        .setMode(Privileges.SeccompOpts.SeccompMode.CUSTOM)
                        .setProfile(ByteString.copyFromUtf8("{}")))
                .setApparmor(
                        Privileges.AppArmorOpts.newBuilder().setMode(Privileges.AppArmorOpts.AppArmorMode.DISABLED))
                .setSelinuxContext(
                        Privileges.SELinuxContext.newBuilder().setUser("u").setLevel("s0"));
        assertThat(container(spec).kernel())
                .isEqualTo(new KernelSettings(
                        Map.of("net.core.somaxconn", "1024"),
                        List.of(new KernelSettings.Ulimit("nofile", 1, 2)),
                        7,
                        -5,
                        List.of(
                                "no-new-privileges",
                                "seccomp={}",
                                "apparmor=unconfined",
                                "label=user:u",
                                "label=level:s0"),
                        "hyperv"));
    }

    @Test
    void refusesCredentialSpecs() {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder();
        spec.getPrivilegesBuilder().getCredentialSpecBuilder().setFile("a");
        assertThatThrownBy(() -> container(spec))
                .isInstanceOf(SkepException.class)
                .hasMessageStartingWith("--credential-spec ");
    }

    @Test
    void tellsTheLogDriverOfTheTaskRatherThanThatOfItsService() {
        Task.Builder task = task(ContainerSpec.newBuilder());
        task.getSpecBuilder().setLogDriver(Driver.newBuilder().setName("gelf"));
        assertThat(describe(task).container().log()).isEqualTo(new LogDriver("gelf", Map.of()));
        task.setLogDriver(Driver.newBuilder().setName("syslog").putOptions("tag", "x"));
        assertThat(describe(task).container().log()).isEqualTo(new LogDriver("syslog", Map.of("tag", "x")));
    }

    @Test
    void tellsSwap() {
        Task.Builder task = task(ContainerSpec.newBuilder());
        assertThat(describe(task).limits().swapBytes()).isEmpty();
        task.getSpecBuilder()
                .setResources(ResourceRequirements.newBuilder()
                        .setSwapBytes(Int64Value.of(-1))
                        .setMemorySwappiness(Int64Value.of(0)));
        assertThat(describe(task).limits().swapBytes()).isEqualTo(OptionalLong.of(-1));
        assertThat(describe(task).limits().swappiness()).isEqualTo(OptionalLong.of(0));
    }

    @Test
    void tellsTheTaskWhichGenericResourcesItHas() {
        Task.Builder task = task(ContainerSpec.newBuilder().addEnv("A=b"))
                .addAssignedGenericResources(named("gpu", "b"))
                .addAssignedGenericResources(named("gpu", "a"))
                .addAssignedGenericResources(GenericResource.newBuilder()
                        .setDiscreteResourceSpec(DiscreteGenericResource.newBuilder()
                                .setKind("ssd")
                                .setValue(3)));
        assertThat(describe(task).container().env())
                .containsExactly("A=b", "DOCKER_RESOURCE_GPU=b,a", "DOCKER_RESOURCE_SSD=3");
    }

    private static GenericResource named(String kind, String value) {
        return GenericResource.newBuilder()
                .setNamedResourceSpec(
                        NamedGenericResource.newBuilder().setKind(kind).setValue(value))
                .build();
    }

    @Test
    void tellsHowDirectoriesAreBound() {
        Mount.Builder mount = Mount.newBuilder()
                .setType(Mount.Type.BIND)
                .setSource("/srv")
                .setTarget("/data")
                .setConsistency(Mount.Consistency.CACHED);
        mount.getBindOptionsBuilder().setNonrecursive(true).setCreatemountpoint(true);
        assertThat(container(ContainerSpec.newBuilder().addMounts(mount)).mounts())
                .singleElement()
                .returns(new TaskMount.Binding(TaskMount.Recursion.DISABLED, true, "cached"), TaskMount::binding);
    }

    @Test
    void goesIntoAVolumeAndNotOutOfIt() throws Exception {
        Path inside = Files.createDirectories(volume.resolve("a/b"));
        Files.createSymbolicLink(volume.resolve("out"), Path.of("/etc"));
        assertThat(source("a/b")).isEqualTo(inside.toRealPath().toString());
        for (String wrong : List.of("out", "../", "nope")) {
            assertThatThrownBy(() -> source(wrong))
                    .isInstanceOf(SkepException.class)
                    .hasMessageStartingWith("volume-subpath " + wrong + " of /data is no directory of the volume logs");
        }
    }

    private String source(String subpath) {
        Mount.Builder mount =
                Mount.newBuilder().setType(Mount.Type.VOLUME).setSource("logs").setTarget("/data");
        mount.getVolumeOptionsBuilder().setSubpath(subpath);
        return TaskDescriptions.of(WorkerTask.newBuilder()
                        .setTask(task(ContainerSpec.newBuilder().addMounts(mount)))
                        .putVolumePaths("/data", volume.toString())
                        .build())
                .container()
                .mounts()
                .get(0)
                .source();
    }

    @Test
    void keepsCredentialsOutOfMessages() {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder().setImage("app").addEnv("PASSWORD=hidden");
        spec.getPullOptionsBuilder().setRegistryAuth("hidden");
        assertThat(container(spec).registryAuth()).isEqualTo("hidden");
        assertThat(describe(task(spec)).toString()).doesNotContain("hidden");
    }
}
