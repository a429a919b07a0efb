package org.skep.scheduler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows where tasks of a group may go, and why there is no room. */
final class Placer {

    private final NodeIndex index;
    private final Strategies strategies;
    private final Failures failures;

    Placer(NodeIndex index, Strategies strategies, Failures failures) {
        this.index = index;
        this.strategies = strategies;
        this.failures = failures;
    }

    /** @throws StrategyException if the strategy is not there, or has no answer */
    Offers offers(Group group, TaskNeeds needs) {
        if (group.pinned()) {
            return () ->
                    index.get(group.nodeId()).filter(node -> takes(node, needs)).orElse(null);
        }
        Ranking ranking =
                strategies.find(needs.strategy()).orElseThrow(() -> StrategyException.missing(needs.strategy()));
        Judge judge = new Judge(ranking, needs.serviceId(), faulty(needs));
        return needs.spreadOver().isEmpty()
                ? new Candidates(needs, judge, new Walk(index.pool(needs, ranking), judge))
                : Branches.over(index.all(), needs.spreadOver(), needs, judge);
    }

    private Map<NodeInfo, Integer> faulty(TaskNeeds needs) {
        Map<NodeInfo, Integer> nodes = new HashMap<>();
        failures.faulty(needs.key()).forEach((id, count) -> index.get(id).ifPresent(node -> nodes.put(node, count)));
        return nodes;
    }

    boolean takes(String nodeId, TaskNeeds needs) {
        return index.get(nodeId).filter(node -> takes(node, needs)).isPresent();
    }

    private static boolean takes(NodeInfo node, TaskNeeds needs) {
        return Filter.refusing(node, needs).isEmpty();
    }

    /** Why no node takes one more task of the group. */
    String refusal(Group group, TaskNeeds needs) {
        if (!group.pinned()) {
            return new Refusals(index.all(), needs).explain();
        }
        return index.get(group.nodeId())
                .map(node -> new Refusals(List.of(node), needs).explain())
                .orElse("node " + group.nodeId() + " does not exist");
    }
}
