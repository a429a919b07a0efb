package org.skep.scheduler;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.skep.protocol.Node;
import org.skep.protocol.PlacementPreference;

/** A label that tells nodes apart: {@code node.labels.NAME} or {@code engine.labels.NAME}. */
record NodeLabel(boolean ofEngine, String name) {

    private static final String NODE = "node.labels.";
    private static final String ENGINE = "engine.labels.";

    /** By what to spread, in order. What names no label is passed over, as swarm mode does. */
    static List<NodeLabel> spreadBy(List<PlacementPreference> preferences) {
        return preferences.stream()
                .flatMap(preference -> parse(preference.getSpread().getSpreadDescriptor()).stream())
                .toList();
    }

    private static Optional<NodeLabel> parse(String descriptor) {
        return after(NODE, descriptor).map(name -> new NodeLabel(false, name)).or(() -> after(ENGINE, descriptor)
                .map(name -> new NodeLabel(true, name)));
    }

    private static Optional<String> after(String prefix, String text) {
        return text.length() > prefix.length() && text.toLowerCase(Locale.ROOT).startsWith(prefix)
                ? Optional.of(text.substring(prefix.length()))
                : Optional.empty();
    }

    /** Empty if the node does not have it. */
    String on(Node node) {
        Map<String, String> labels = ofEngine
                ? node.getDescription().getEngine().getLabelsMap()
                : node.getSpec().getAnnotations().getLabelsMap();
        return labels.getOrDefault(name, "");
    }
}
