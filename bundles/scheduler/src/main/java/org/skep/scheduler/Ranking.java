package org.skep.scheduler;

import org.skep.api.scheduling.PlacementStrategy;

/**
 * A strategy, as the scheduler asks it: by name, and not trusted.
 *
 * @param spreads whether nodes with fewer tasks of the service come first
 */
record Ranking(String name, PlacementStrategy strategy, boolean spreads) {

    /** @throws StrategyException if the strategy has no answer */
    double rank(NodeInfo node) {
        double rank;
        try {
            rank = strategy.rank(node);
        } catch (RuntimeException e) {
            throw StrategyException.failed(name, String.valueOf(e.getMessage()));
        }
        if (Double.isNaN(rank)) {
            throw StrategyException.failed(name, "its rank of node " + node.nodeId() + " is not a number");
        }
        return rank;
    }

    /** How many tasks of the service count against the node before its rank does. */
    int level(NodeInfo node, String serviceId) {
        return spreads ? node.active(serviceId) : 0;
    }
}
