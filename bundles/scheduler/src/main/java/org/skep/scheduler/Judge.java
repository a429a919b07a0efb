package org.skep.scheduler;

import java.util.Map;

/**
 * How nodes stand with one group of tasks.
 *
 * @param faulty the nodes to avoid, with how often such tasks failed there
 */
record Judge(Ranking ranking, String service, Map<NodeInfo, Integer> faulty) {

    Standing of(NodeInfo node) {
        return new Standing(faults(node), level(node), ranking.rank(node), node);
    }

    int faults(NodeInfo node) {
        return faulty.isEmpty() ? 0 : faulty.getOrDefault(node, 0);
    }

    int level(NodeInfo node) {
        return ranking.level(node, service);
    }
}
