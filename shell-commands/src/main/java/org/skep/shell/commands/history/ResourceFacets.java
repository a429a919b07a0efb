package org.skep.shell.commands.history;

import static org.skep.shell.commands.history.Read.container;

import java.util.List;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.value.Cpus;
import org.skep.shell.commands.value.GenericResources;
import org.skep.shell.commands.value.Ulimits;

/** What tasks reserve, what they are limited to, and what they may ask of the kernel. */
final class ResourceFacets {

    static final List<Facet> ALL = List.of(
            new Facet.Value(
                    "limit-cpu", spec -> cpus(resources(spec).getLimits().getNanoCpus())),
            Read.bytes("limit-memory", spec -> resources(spec).getLimits().getMemoryBytes()),
            Read.number("limit-pids", spec -> container(spec).getPidsLimit()),
            new Facet.Value(
                    "reserve-cpu",
                    spec -> cpus(resources(spec).getReservations().getNanoCpus())),
            Read.bytes(
                    "reserve-memory", spec -> resources(spec).getReservations().getMemoryBytes()),
            Read.list(
                    "generic-resource",
                    spec -> resources(spec).getReservations().getGenericList(),
                    GenericResources::print),
            new Facet.Value(
                    "memory-swap",
                    spec -> resources(spec).hasSwapBytes()
                            ? String.valueOf(resources(spec).getSwapBytes().getValue())
                            : ""),
            new Facet.Value(
                    "memory-swappiness",
                    spec -> resources(spec).hasMemorySwappiness()
                            ? String.valueOf(
                                    resources(spec).getMemorySwappiness().getValue())
                            : ""),
            Read.yes("read-only", spec -> container(spec).getReadOnly()),
            Read.list("cap-add", spec -> container(spec).getCapabilityAddList()),
            Read.list("cap-drop", spec -> container(spec).getCapabilityDropList()),
            new Facet.Value("isolation", ResourceFacets::isolation),
            Read.labels("sysctl", spec -> container(spec).getSysctlsMap()),
            Read.list("ulimit", spec -> container(spec).getUlimitsList(), Ulimits::print),
            Read.number("oom-score-adj", spec -> container(spec).getOomScoreAdj()));

    private ResourceFacets() {}

    private static ResourceRequirements resources(ServiceSpec spec) {
        return spec.getTask().getResources();
    }

    private static String cpus(long nanos) {
        return nanos == 0 ? "" : Cpus.print(nanos);
    }

    private static String isolation(ServiceSpec spec) {
        ContainerSpec.Isolation isolation = container(spec).getIsolation();
        return Read.word(isolation).replace("isolation-", "");
    }
}
