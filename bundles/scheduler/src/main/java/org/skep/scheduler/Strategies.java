package org.skep.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.api.scheduling.PlacementStrategy;
import org.skep.protocol.Placement;

/**
 * The strategies there are, by name. The built-in ones always are, and give way to no other of their name. Safe for use by
 * several threads at once.
 */
final class Strategies {

    private final Map<String, List<Ranking>> byName = new HashMap<>();

    Strategies() {
        add(PlacementStrategy.DEFAULT, new SpreadStrategy());
        add(BinpackStrategy.NAME, new BinpackStrategy());
    }

    static String name(Placement placement) {
        return placement.getStrategy().isEmpty() ? PlacementStrategy.DEFAULT : placement.getStrategy();
    }

    synchronized void add(String name, PlacementStrategy strategy) {
        byName.computeIfAbsent(name, n -> new ArrayList<>())
                .add(new Ranking(name, strategy, strategy.spreadsServices()));
    }

    synchronized void remove(String name, PlacementStrategy strategy) {
        byName.computeIfPresent(name, (n, rankings) -> {
            rankings.removeIf(ranking -> ranking.strategy() == strategy);
            return rankings.isEmpty() ? null : rankings;
        });
    }

    synchronized Optional<Ranking> find(String name) {
        return Optional.ofNullable(byName.get(name)).map(rankings -> rankings.get(0));
    }
}
