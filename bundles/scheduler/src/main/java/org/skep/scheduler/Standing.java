package org.skep.scheduler;

import java.util.Comparator;

/**
 * How a node stands with one group of tasks at this moment; the best comes first.
 *
 * @param faults how often such tasks failed there lately, zero as long as that may be chance
 * @param level how many tasks of the service are there, if that matters to the strategy
 */
record Standing(int faults, int level, double rank, NodeInfo node) implements Comparable<Standing> {

    private static final Comparator<Standing> BEST_FIRST = Comparator.comparingInt(Standing::faults)
            .thenComparingInt(Standing::level)
            .thenComparingDouble(Standing::rank)
            .thenComparing(standing -> standing.node().nodeId());

    @Override
    public int compareTo(Standing other) {
        return BEST_FIRST.compare(this, other);
    }
}
