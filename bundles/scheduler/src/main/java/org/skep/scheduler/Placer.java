package org.skep.scheduler;

import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;
import org.skep.protocol.Task;

/**
 * Spreads the tasks of one group over the nodes: first away from nodes where they keep failing, then to where the
 * service has fewest tasks, then to where there are fewest tasks at all.
 */
final class Placer {

    private final NodeIndex index;
    private final Instant now;

    Placer(NodeIndex index, Instant now) {
        this.index = index;
        this.now = now;
    }

    /** A node as it is ranked at this moment. */
    private record Candidate(NodeInfo info, int faults, int ofService, int active) {

        static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(Candidate::faults)
                .thenComparingInt(Candidate::ofService)
                .thenComparingInt(Candidate::active)
                .thenComparing(candidate -> candidate.info().node().getId());
    }

    /**
     * Places as many tasks as there is room for.
     *
     * @param place told of each decision; takes the task into the index
     * @param leave told of each task that found no node, and why
     */
    void place(List<Task> tasks, TaskNeeds needs, BiConsumer<Task, NodeInfo> place, BiConsumer<Task, String> leave) {
        Refusals refusals = new Refusals(needs);
        PriorityQueue<Candidate> candidates = new PriorityQueue<>(Candidate.BEST_FIRST);
        for (NodeInfo info : index.all()) {
            if (refusals.pass(info)) {
                candidates.add(candidate(info, needs));
            }
        }
        Iterator<Task> left = tasks.iterator();
        while (left.hasNext() && !candidates.isEmpty()) {
            NodeInfo best = candidates.poll().info();
            place.accept(left.next(), best);
            if (refusals.pass(best)) {
                candidates.add(candidate(best, needs));
            }
        }
        String reason = left.hasNext() ? refusals.explain() : "";
        left.forEachRemaining(task -> leave.accept(task, reason));
    }

    /** Places a task that has its node already, if the node can take it. */
    void placeHere(Task task, TaskNeeds needs, BiConsumer<Task, NodeInfo> place, BiConsumer<Task, String> leave) {
        Refusals refusals = new Refusals(needs);
        NodeInfo info = index.get(task.getNodeId()).orElse(null);
        if (info != null && refusals.pass(info)) {
            place.accept(task, info);
        } else {
            leave.accept(task, info == null ? "node " + task.getNodeId() + " does not exist" : refusals.explain());
        }
    }

    private Candidate candidate(NodeInfo info, TaskNeeds needs) {
        return new Candidate(info, info.faults(needs.key(), now), info.active(needs.serviceId()), info.active());
    }
}
