package org.skep.shell.commands.history;

import static org.skep.shell.commands.history.Read.container;

import java.util.List;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.Placement;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.value.Ports;
import org.skep.shell.commands.value.Preferences;

/** How many tasks there are, where they go, and how they are reached. */
final class PlacementFacets {

    static final List<Facet> ALL = List.of(
            new Facet.Value("replicas", PlacementFacets::replicas),
            Read.number("max-concurrent", spec -> spec.getReplicatedJob().getMaxConcurrent()),
            Read.number("replicas-max-per-node", spec -> placement(spec).getMaxReplicas()),
            Read.list("constraint", spec -> placement(spec).getConstraintsList()),
            Read.list("placement-pref", spec -> placement(spec).getPreferencesList(), Preferences::print),
            new Facet.Value("placement-strategy", spec -> placement(spec).getStrategy()),
            Read.list("publish", spec -> spec.getEndpoint().getPortsList(), Ports::print),
            Read.keyed(
                    "network",
                    spec -> spec.getTask().getNetworksList(),
                    NetworkAttachmentConfig::getTarget,
                    NetworkAttachmentConfig::toString),
            new Facet.Value(
                    "endpoint-mode", spec -> Read.word(spec.getEndpoint().getMode())),
            Read.list("host", spec -> container(spec).getHostsList()),
            Read.list("dns", spec -> container(spec).getDnsConfig().getNameserversList()),
            Read.list("dns-option", spec -> container(spec).getDnsConfig().getOptionsList()),
            Read.list("dns-search", spec -> container(spec).getDnsConfig().getSearchList()));

    private PlacementFacets() {}

    private static Placement placement(ServiceSpec spec) {
        return spec.getTask().getPlacement();
    }

    private static String replicas(ServiceSpec spec) {
        return switch (spec.getModeCase()) {
            case REPLICATED -> String.valueOf(spec.getReplicated().getReplicas());
            case REPLICATED_JOB -> String.valueOf(spec.getReplicatedJob().getTotalCompletions());
            default -> "";
        };
    }
}
