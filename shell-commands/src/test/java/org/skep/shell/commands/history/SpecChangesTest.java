package org.skep.shell.commands.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Driver;
import org.skep.protocol.Privileges;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.flag.Completions;
import org.skep.shell.commands.flag.ServiceFlags;
import org.skep.shell.commands.flag.Verb;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.value.GenericResources;
import org.skep.shell.commands.value.Mounts;
import org.skep.shell.commands.value.Ports;
import org.skep.shell.commands.value.Preferences;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class SpecChangesTest {

    /** Flags that say something of the line, or part of what another flag tells. */
    private static final Set<String> UNTOLD = Set.of("no-resolve-image", "no-healthcheck", "credential-spec");

    private static final ServiceSpec WEB = Fakes.spec("web", 1);

    private static List<String> changes(Consumer<ServiceSpec.Builder> edit) {
        ServiceSpec.Builder after = WEB.toBuilder();
        edit.accept(after);
        return SpecChanges.between(WEB, after.build());
    }

    private static List<String> changesBack(Consumer<ServiceSpec.Builder> edit) {
        ServiceSpec.Builder before = WEB.toBuilder();
        edit.accept(before);
        return SpecChanges.between(before.build(), WEB);
    }

    @Test
    void tellsSingleValues() {
        assertThat(changes(s -> {
                    s.getTaskBuilder()
                            .getContainerBuilder()
                            .setImage("alpine:4")
                            .setUser("ann");
                    s.getReplicatedBuilder().setReplicas(5);
                    s.getTaskBuilder().getResourcesBuilder().getLimitsBuilder().setMemoryBytes(64 << 20);
                }))
                .containsExactly(
                        "image alpine:3 -> alpine:4",
                        "user unset -> ann",
                        "replicas 1 -> 5",
                        "limit-memory unset -> 64MiB");
    }

    @Test
    void tellsWhatCameAndWhatWent() {
        Consumer<ServiceSpec.Builder> edit = s -> {
            s.getAnnotationsBuilder().putLabels("tier", "front");
            s.getTaskBuilder()
                    .getPlacementBuilder()
                    .addConstraints("node.role==worker")
                    .addPreferences(Preferences.parse("spread=node.labels.zone"));
            s.getTaskBuilder()
                    .getResourcesBuilder()
                    .getReservationsBuilder()
                    .addGeneric(GenericResources.parse("gpu=2"));
            s.getTaskBuilder().getContainerBuilder().addMounts(Mounts.parse("source=data,target=/data"));
            s.getEndpointBuilder()
                    .addAllPorts(Ports.parse("mode=host,published=8080,target=80"))
                    .addAllPorts(Ports.parse("mode=host,target=53,protocol=udp"));
        };
        assertThat(changes(edit))
                .containsExactlyInAnyOrder(
                        "label-add tier=front",
                        "mount-add /data",
                        "constraint-add node.role==worker",
                        "placement-pref-add spread=node.labels.zone",
                        "publish-add mode=host,published=8080,target=80",
                        "publish-add mode=host,target=53,protocol=udp",
                        "generic-resource-add gpu=2");
        assertThat(changesBack(edit)).contains("label-rm tier", "mount-rm /data", "constraint-rm node.role==worker");
    }

    @Test
    void tellsOnlyTheNamesOfWhatMayBeSecret() {
        assertThat(changes(s -> {
                    s.getTaskBuilder().getContainerBuilder().addEnv("PASSWORD=hunter2");
                    s.getTaskBuilder()
                            .setLogDriver(Driver.newBuilder().setName("remote").putOptions("token", "hunter2"));
                    s.getTaskBuilder()
                            .getContainerBuilder()
                            .getPullOptionsBuilder()
                            .setRegistryAuth("hunter2");
                }))
                .containsExactly("env-add PASSWORD", "log-driver unset -> remote", "log-opt-add token");
    }

    @Test
    void saysThatThereIsADifferenceItCannotTell() {
        assertThat(changes(s -> s.getTaskBuilder()
                        .getContainerBuilder()
                        .setPrivileges(Privileges.newBuilder().setNoNewPrivileges(true))))
                .containsExactly("other settings");
        assertThat(changes(s -> {})).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4, update-parallelism 1 -> 4", "1, ''"})
    void tellsUpdates(long parallelism, String change) {
        ServiceSpec before = WEB.toBuilder()
                .setUpdate(WEB.getUpdate().toBuilder().setParallelism(1))
                .build();
        ServiceSpec after = WEB.toBuilder()
                .setUpdate(WEB.getUpdate().toBuilder().setParallelism(parallelism))
                .build();
        assertThat(String.join("", SpecChanges.between(before, after))).isEqualTo(change);
    }

    @Test
    void tellsOfEveryFlag() {
        CommandSpec update = CommandSpec.create();
        ServiceFlags.declare(update, Verb.UPDATE, new Completions(List.of(), List.of()));
        Stream<String> flags = update.options().stream()
                .map(OptionSpec::longestName)
                .map(name -> name.substring(2))
                .map(name -> name.equals("cap-add") ? name : name.replaceFirst("-(add|rm)$", ""))
                .filter(name -> !UNTOLD.contains(name));
        assertThat(SpecChanges.flags()).containsAll(flags.toList());
    }
}
