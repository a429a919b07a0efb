package org.skep.shell.commands.flag;

import static org.skep.shell.commands.flag.FlagTypes.BYTES;

import com.google.protobuf.Int64Value;
import java.util.List;
import java.util.function.Function;
import org.skep.protocol.GenericResource;
import org.skep.shell.commands.flag.ServiceFlag.Collection;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.value.ByteSize;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.Cpus;
import org.skep.shell.commands.value.GenericResources;

/** What tasks reserve, and what they are limited to. */
final class ResourceFlags {

    private static final FlagType<Long> CPUS = FlagType.of("DECIMAL", Cpus::parseNano);

    static final List<ServiceFlag> ALL = List.of(
            Setting.of("--limit-cpu", CPUS, "Limit CPUs", (draft, nano) -> draft.resources()
                    .getLimitsBuilder()
                    .setNanoCpus(nano)),
            Setting.of("--limit-memory", BYTES, "Limit memory", (draft, bytes) -> draft.resources()
                    .getLimitsBuilder()
                    .setMemoryBytes(bytes)),
            Setting.of("--reserve-cpu", CPUS, "Reserve CPUs", (draft, nano) -> draft.resources()
                    .getReservationsBuilder()
                    .setNanoCpus(nano)),
            Setting.of("--reserve-memory", BYTES, "Reserve memory", (draft, bytes) -> draft.resources()
                    .getReservationsBuilder()
                    .setMemoryBytes(bytes)),
            Setting.of(
                    "--limit-pids",
                    FlagType.of("N", Counts::processes),
                    "Limit processes (default 0, unlimited)",
                    (draft, processes) -> draft.container().setPidsLimit(processes)),
            Setting.of(
                    "--memory-swap",
                    FlagType.of("BYTES", ByteSize::parseSwap),
                    "Swap memory beyond the limit of memory; -1 for unlimited",
                    (draft, bytes) -> draft.resources().setSwapBytes(Int64Value.of(bytes))),
            Setting.of(
                    "--memory-swappiness",
                    FlagType.of("N", Counts::swappiness),
                    "How readily the kernel swaps, 0 to 100; -1 for its own default",
                    ResourceFlags::swappiness),
            Collection.of(
                    "--generic-resource",
                    FlagType.of("KIND=NUMBER", GenericResources::parse),
                    FlagType.of("KIND", Function.<String>identity()),
                    "Resources of other kinds to reserve, such as gpu=2",
                    (draft, resources) ->
                            setGeneric(draft, Elements.replacing(present(draft), GenericResources::kind, resources)),
                    (draft, kinds) ->
                            setGeneric(draft, Elements.without(present(draft), GenericResources::kind, kinds))));

    private ResourceFlags() {}

    private static void swappiness(ServiceDraft draft, long value) {
        if (value < 0) {
            draft.resources().clearMemorySwappiness();
        } else {
            draft.resources().setMemorySwappiness(Int64Value.of(value));
        }
    }

    private static List<GenericResource> present(ServiceDraft draft) {
        return draft.resources().getReservations().getGenericList();
    }

    private static void setGeneric(ServiceDraft draft, List<GenericResource> resources) {
        draft.resources().getReservationsBuilder().clearGeneric().addAllGeneric(resources);
    }
}
