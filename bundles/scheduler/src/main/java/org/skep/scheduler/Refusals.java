package org.skep.scheduler;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Lets nodes through the filters, and counts who refused how many. */
final class Refusals {

    private static final Filter[] FILTERS = Filter.values();

    private final Map<Filter, Integer> counts = new EnumMap<>(Filter.class);
    private final TaskNeeds needs;

    Refusals(TaskNeeds needs) {
        this.needs = needs;
    }

    boolean pass(NodeInfo info) {
        for (Filter filter : FILTERS) {
            if (!filter.accepts(info, needs)) {
                counts.merge(filter, 1, Integer::sum);
                return false;
            }
        }
        return true;
    }

    /** The most frequent reason first. */
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
