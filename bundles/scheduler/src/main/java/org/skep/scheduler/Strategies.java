package org.skep.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skep.api.scheduling.PlacementStrategy;
import org.skep.protocol.Placement;

/** The strategies there are, by name. The built-in ones always are, and give way to no other of their name. */
final class Strategies {

    private final Map<String, List<PlacementStrategy>> byName = new HashMap<>();

    Strategies() {
        add(PlacementStrategy.DEFAULT, new SpreadStrategy());
        add(BinpackStrategy.NAME, new BinpackStrategy());
    }

    static String name(Placement placement) {
        return placement.getStrategy().isEmpty() ? PlacementStrategy.DEFAULT : placement.getStrategy();
    }

    void add(String name, PlacementStrategy strategy) {
        byName.computeIfAbsent(name, n -> new ArrayList<>()).add(strategy);
    }

    void remove(String name, PlacementStrategy strategy) {
        byName.computeIfPresent(name, (n, strategies) -> {
            strategies.remove(strategy);
            return strategies.isEmpty() ? null : strategies;
        });
    }

    /** @throws StrategyException if there is none of that name */
    Ranking get(String name) {
        List<PlacementStrategy> strategies = byName.get(name);
        if (strategies == null) {
            throw StrategyException.missing(name);
        }
        return new Ranking(name, strategies.get(0));
    }
}
