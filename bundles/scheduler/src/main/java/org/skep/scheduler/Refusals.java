package org.skep.scheduler;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Who refused how many nodes to a task. */
final class Refusals {

    private final Map<Filter, Integer> counts = new EnumMap<>(Filter.class);
    private final TaskNeeds needs;

    Refusals(Collection<NodeInfo> nodes, TaskNeeds needs) {
        this.needs = needs;
        for (NodeInfo node : nodes) {
            Filter.refusing(node, needs).ifPresent(filter -> counts.merge(filter, 1, Integer::sum));
        }
    }

    /** One line, the most frequent reason first. */
    String explain() {
        if (counts.isEmpty()) {
            return "no suitable node";
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.<Filter, Integer>comparingByValue(Comparator.reverseOrder()))
                .map(entry -> entry.getKey().refusal(needs, words(entry.getValue())))
                .collect(Collectors.joining("; ", "no suitable node (", ")"));
    }

    private static String words(int nodes) {
        return nodes == 1 ? "1 node" : nodes + " nodes";
    }
}
