package org.skep.scheduler;

import org.osgi.service.component.annotations.Component;
import org.skep.api.scheduling.NodeLoad;
import org.skep.api.scheduling.PlacementStrategy;

/** To the node with the largest share of its processors and memory reserved; of equals, to the one with most tasks. */
@Component(property = PlacementStrategy.PROPERTY + "=" + BinpackStrategy.NAME)
public final class BinpackStrategy implements PlacementStrategy {

    static final String NAME = "binpack";

    /** A task that reserves nothing fills a node by this much: less than any reservation, more than nothing. */
    private static final double TASK = 1e-12;

    @Override
    public double rank(NodeLoad node) {
        double cpu = share(node.reservedNanoCpus(), node.nanoCpus());
        double memory = share(node.reservedMemoryBytes(), node.memoryBytes());
        return -(cpu + memory) / 2 - node.activeTasks() * TASK;
    }

    private static double share(long reserved, long all) {
        return all == 0 ? 0 : (double) reserved / all;
    }

    @Override
    public boolean spreadsServices() {
        return false;
    }
}
