package org.skep.scheduler;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/**
 * Keeps the service even over the values of a label, and within each value over those of the next label. A node without
 * the label belongs to a branch of its own kind. A branch without room is left out, and the others take its part.
 */
final class Branches implements Offers {

    private static final Comparator<Branch> EMPTIEST_FIRST =
            Comparator.<Branch>comparingLong(branch -> branch.tasks).thenComparing(branch -> branch.value);

    private final PriorityQueue<Branch> branches = new PriorityQueue<>(EMPTIEST_FIRST);

    /** The nodes with one value of the label. */
    private static final class Branch {
        private final String value;
        private final Offers nodes;
        private long tasks;

        private Branch(String value, long tasks, Offers nodes) {
            this.value = value;
            this.tasks = tasks;
            this.nodes = nodes;
        }
    }

    private Branches(Collection<NodeInfo> nodes, List<NodeLabel> labels, TaskNeeds needs, Judge judge) {
        Map<String, List<NodeInfo>> byValue = nodes.stream()
                .collect(Collectors.groupingBy(node -> labels.get(0).on(node.node())));
        byValue.forEach((value, some) -> branches.add(
                new Branch(value, tasks(some, needs), over(some, labels.subList(1, labels.size()), needs, judge))));
    }

    /** @param nodes all there are: tasks on one that takes no more count as well */
    static Offers over(Collection<NodeInfo> nodes, List<NodeLabel> labels, TaskNeeds needs, Judge judge) {
        if (!labels.isEmpty()) {
            return new Branches(nodes, labels, needs, judge);
        }
        List<Standing> suitable = nodes.stream()
                .filter(node -> Filter.suits(node, needs))
                .map(judge::of)
                .sorted()
                .toList();
        return new Candidates(needs, judge, suitable.iterator());
    }

    private static long tasks(List<NodeInfo> nodes, TaskNeeds needs) {
        return nodes.stream().mapToLong(node -> node.active(needs.serviceId())).sum();
    }

    @Override
    public NodeInfo next() {
        for (Branch branch = branches.poll(); branch != null; branch = branches.poll()) {
            NodeInfo node = branch.nodes.next();
            if (node != null) {
                branch.tasks++;
                branches.add(branch);
                return node;
            }
        }
        return null;
    }
}
