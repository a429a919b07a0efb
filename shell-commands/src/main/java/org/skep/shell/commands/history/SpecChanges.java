package org.skep.shell.commands.history;

import java.util.List;
import java.util.stream.Stream;
import org.skep.protocol.ServiceSpec;

/** What changed from one specification of a service to the next, in the words of {@code service update}. */
public final class SpecChanges {

    private static final List<Facet> FACETS = Stream.of(
                    RunFacets.ALL, PlacementFacets.ALL, ResourceFacets.ALL, UpdateFacets.ALL)
            .flatMap(List::stream)
            .toList();

    private SpecChanges() {}

    /** The flags whose changes are told. */
    static List<String> flags() {
        return FACETS.stream().map(Facet::flag).toList();
    }

    /** Never says what may be a secret: of variables only the names. */
    public static List<String> between(ServiceSpec before, ServiceSpec after) {
        List<String> changes = FACETS.stream()
                .flatMap(facet -> facet.changes(before, after).stream())
                .toList();
        return changes.isEmpty() && !before.equals(after) ? List.of("other settings") : changes;
    }
}
