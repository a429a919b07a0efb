package org.skep.scheduler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Which nodes of a pool have how many tasks of one service. Those that have none are only counted. */
final class Levels {

    private final NavigableMap<Integer, Set<NodeInfo>> nodes = new TreeMap<>();
    private int occupied;

    void move(NodeInfo node, int from, int to) {
        if (from > 0) {
            Set<NodeInfo> left = nodes.get(from);
            left.remove(node);
            if (left.isEmpty()) {
                nodes.remove(from);
            }
            occupied--;
        }
        if (to > 0) {
            nodes.computeIfAbsent(to, level -> new LinkedHashSet<>()).add(node);
            occupied++;
        }
    }

    /** How many nodes have tasks of the service. */
    int occupied() {
        return occupied;
    }

    boolean isEmpty() {
        return occupied == 0;
    }

    Set<NodeInfo> at(int level) {
        return nodes.getOrDefault(level, Set.of());
    }

    /** The next level above that has nodes; null if there is none. */
    Integer above(int level) {
        return nodes.higherKey(level);
    }

    @Override
    public String toString() {
        Map<Integer, List<String>> sorted = new TreeMap<>();
        nodes.forEach((level, some) ->
                sorted.put(level, some.stream().map(NodeInfo::nodeId).sorted().toList()));
        return sorted.toString();
    }
}
