package org.skep.scheduler;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.skep.api.scheduling.PlacementStrategy;

/**
 * Finds moves that make the swarm even. First each service over its nodes, as its spread preferences and then the number
 * of its tasks want it; then the nodes by their number of tasks, as far as that leaves services as even as they are.
 * A move brings together what is two apart or more, so that no move is in vain.
 */
final class Rebalancing {

    private static final Comparator<NodeInfo> EMPTIEST_FIRST =
            Comparator.comparingInt(NodeInfo::activeTasks).thenComparing(NodeInfo::nodeId);

    private final Rehearsal rehearsal;
    private final Strategies strategies;

    Rebalancing(Rehearsal rehearsal, Strategies strategies) {
        this.rehearsal = rehearsal;
        this.strategies = strategies;
    }

    void run() {
        List<TaskNeeds> services = rehearsal.services().stream()
                .filter(service -> strategies
                        .find(service.strategy())
                        .filter(Ranking::spreads)
                        .isPresent())
                .toList();
        List<TaskNeeds> byTotal = services.stream()
                .filter(service -> service.strategy().equals(PlacementStrategy.DEFAULT))
                .toList();
        int moves;
        do {
            moves = rehearsal.moves().size();
            services.forEach(service -> even(rehearsal.nodes(), service.spreadOver(), service));
            evenNodes(byTotal);
        } while (rehearsal.moves().size() > moves); // a task that left may have made room for others
    }

    private void even(Collection<NodeInfo> nodes, List<NodeLabel> labels, TaskNeeds service) {
        boolean uneven = true;
        while (uneven) {
            NodeInfo from = fullest(nodes, labels, service);
            NodeInfo to = emptiest(nodes, labels, service);
            uneven = from != null && to != null && apart(from, to, nodes, labels, service) > 1;
            if (uneven) {
                rehearsal.move(service, from, to);
            }
        }
        if (!labels.isEmpty()) {
            branches(nodes, labels).forEach(branch -> even(branch, rest(labels), service));
        }
    }

    private long apart(
            NodeInfo from, NodeInfo to, Collection<NodeInfo> nodes, List<NodeLabel> labels, TaskNeeds service) {
        if (labels.isEmpty()) {
            return from.active(service.serviceId()) - to.active(service.serviceId());
        }
        return tasks(like(from, nodes, labels), service) - tasks(like(to, nodes, labels), service);
    }

    /** Where a task of the service should come from. */
    private NodeInfo fullest(Collection<NodeInfo> nodes, List<NodeLabel> labels, TaskNeeds service) {
        return first(
                nodes, labels, service, byTasks(service).reversed(), -1, node -> rehearsal.canLeave(service, node));
    }

    /** Where a task of the service should go. */
    private NodeInfo emptiest(Collection<NodeInfo> nodes, List<NodeLabel> labels, TaskNeeds service) {
        return first(nodes, labels, service, byTasks(service), 1, node -> rehearsal.canEnter(service, node));
    }

    private static Comparator<NodeInfo> byTasks(TaskNeeds service) {
        return Comparator.<NodeInfo>comparingInt(node -> node.active(service.serviceId()))
                .thenComparing(EMPTIEST_FIRST);
    }

    /** The first node of the first branch that has any. */
    private static NodeInfo first(
            Collection<NodeInfo> nodes,
            List<NodeLabel> labels,
            TaskNeeds service,
            Comparator<NodeInfo> order,
            int sign,
            Predicate<NodeInfo> condition) {
        if (labels.isEmpty()) {
            return first(nodes, order, condition);
        }
        return branches(nodes, labels).stream()
                .sorted(Comparator.comparingLong(branch -> sign * tasks(branch, service)))
                .map(branch -> first(branch, rest(labels), service, order, sign, condition))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** As a sorted stream would find it, but asks for the condition, which costs more, as rarely as it can. */
    private static NodeInfo first(
            Collection<NodeInfo> nodes, Comparator<NodeInfo> order, Predicate<NodeInfo> condition) {
        NodeInfo first = null;
        for (NodeInfo node : nodes) {
            if ((first == null || order.compare(node, first) < 0) && condition.test(node)) {
                first = node;
            }
        }
        return first;
    }

    private static Collection<List<NodeInfo>> branches(Collection<NodeInfo> nodes, List<NodeLabel> labels) {
        return nodes.stream()
                .collect(Collectors.groupingBy(node -> labels.get(0).on(node.node())))
                .values();
    }

    private static Collection<NodeInfo> like(NodeInfo node, Collection<NodeInfo> nodes, List<NodeLabel> labels) {
        String value = labels.get(0).on(node.node());
        return nodes.stream()
                .filter(other -> labels.get(0).on(other.node()).equals(value))
                .toList();
    }

    private static long tasks(Collection<NodeInfo> nodes, TaskNeeds service) {
        return nodes.stream()
                .mapToLong(node -> node.active(service.serviceId()))
                .sum();
    }

    private static List<NodeLabel> rest(List<NodeLabel> labels) {
        return labels.subList(1, labels.size());
    }

    private void evenNodes(List<TaskNeeds> services) {
        Collection<NodeInfo> nodes = rehearsal.nodes();
        Set<NodeInfo> stuck = new HashSet<>();
        for (NodeInfo from = fullest(nodes, stuck); crowded(from, nodes); from = fullest(nodes, stuck)) {
            if (!relieve(from, nodes, services)) {
                stuck.add(from);
            }
        }
    }

    private static boolean crowded(NodeInfo node, Collection<NodeInfo> nodes) {
        NodeInfo emptiest = first(nodes, EMPTIEST_FIRST, other -> NodeInfo.takesTasks(other.node()));
        return node != null && emptiest != null && node.activeTasks() - emptiest.activeTasks() > 1;
    }

    private static NodeInfo fullest(Collection<NodeInfo> nodes, Set<NodeInfo> stuck) {
        return first(nodes, EMPTIEST_FIRST.reversed(), node -> !stuck.contains(node));
    }

    /** @return whether there was something to move from there to a node with at least two tasks less */
    private boolean relieve(NodeInfo from, Collection<NodeInfo> nodes, List<TaskNeeds> services) {
        List<TaskNeeds> leaving = services.stream()
                .filter(service -> rehearsal.canLeave(service, from))
                .toList();
        NodeInfo to = first(
                nodes, EMPTIEST_FIRST, node -> leaving.stream().anyMatch(service -> relieves(from, node, service)));
        if (to == null) {
            return false;
        }
        leaving.stream()
                .filter(service -> relieves(from, to, service))
                .findFirst()
                .ifPresent(service -> rehearsal.move(service, from, to));
        return true;
    }

    private boolean relieves(NodeInfo from, NodeInfo to, TaskNeeds service) {
        return to.activeTasks() <= from.activeTasks() - 2
                && to.active(service.serviceId()) < from.active(service.serviceId())
                && service.spreadOver().stream()
                        .allMatch(label -> label.on(to.node()).equals(label.on(from.node())))
                && rehearsal.canEnter(service, to);
    }
}
