package org.skep.scheduler;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes of one kind in the order of one strategy, and by the number of tasks they have of each service. Kept so
 * change by change, so that nobody has to look at all nodes to find the best.
 */
final class Pool {

    private static final Levels NONE = new Levels();

    private final TaskNeeds needs;
    private final Ranking ranking;
    private final Map<NodeInfo, Place> places = new HashMap<>();
    private final TreeSet<Place> order = new TreeSet<>();
    private final Map<String, Levels> services = new HashMap<>();
    private int changes;

    /** A node at its place in the order. */
    private record Place(double rank, NodeInfo node) implements Comparable<Place> {

        static Place of(NodeInfo node, Ranking ranking) {
            return new Place(ranking.rank(node), node);
        }

        @Override
        public String toString() {
            return node.nodeId() + "@" + rank;
        }

        @Override
        public int compareTo(Place other) {
            int byRank = Double.compare(rank, other.rank);
            return byRank != 0 ? byRank : node.nodeId().compareTo(other.node.nodeId());
        }
    }

    /** @param needs of a task that is after this kind of nodes */
    Pool(TaskNeeds needs, Ranking ranking) {
        this.needs = needs;
        this.ranking = ranking;
    }

    /** The node is new or has changed. */
    void review(NodeInfo node) {
        if (Filter.suits(node, needs)) {
            boolean entered = !places.containsKey(node);
            rank(node);
            if (entered) {
                node.services().forEach(service -> move(node, service, 0, node.active(service)));
            }
        } else {
            remove(node);
        }
    }

    private void rank(NodeInfo node) {
        Place now = Place.of(node, ranking);
        Place before = places.put(node, now);
        if (!now.equals(before)) {
            if (before != null) {
                order.remove(before);
            }
            order.add(now);
            changes++;
        }
    }

    private void remove(NodeInfo node) {
        Place place = places.remove(node);
        if (place != null) {
            order.remove(place);
            changes++;
            node.services().forEach(service -> move(node, service, node.active(service), 0));
        }
    }

    /** The node's tasks have changed: of this service there were {@code before}. */
    void recount(NodeInfo node, String service, int before) {
        if (places.containsKey(node)) {
            rank(node);
            move(node, service, before, node.active(service));
        }
    }

    private void move(NodeInfo node, String service, int from, int to) {
        if (from != to && ranking.spreads()) {
            services.computeIfAbsent(service, s -> new Levels()).move(node, from, to);
            services.computeIfPresent(service, (s, levels) -> levels.isEmpty() ? null : levels);
        }
    }

    boolean contains(NodeInfo node) {
        return places.containsKey(node);
    }

    int size() {
        return places.size();
    }

    Levels levels(String service) {
        return services.getOrDefault(service, NONE);
    }

    /** All nodes in order. Goes on from where it is when the order changes. */
    Iterator<NodeInfo> inOrder() {
        return new Cursor();
    }

    private final class Cursor implements Iterator<NodeInfo> {

        private Iterator<Place> rest = order.iterator();
        private Place last;
        private int seen = changes;

        @Override
        public boolean hasNext() {
            if (seen != changes) {
                rest = last == null
                        ? order.iterator()
                        : order.tailSet(last, false).iterator();
                seen = changes;
            }
            return rest.hasNext();
        }

        @Override
        public NodeInfo next() {
            last = rest.next();
            return last.node();
        }
    }

    /** Everything, in an order that does not depend on how it came to be. */
    @Override
    public String toString() {
        return order + " " + new TreeMap<>(services);
    }
}
