package org.skep.scheduler;

import java.util.Iterator;
import java.util.PriorityQueue;

/** The best of nodes that come in order: those not used yet, and those used by the group itself, as they stand now. */
final class Candidates implements Offers {

    private final TaskNeeds needs;
    private final Judge judge;
    private final Iterator<Standing> unused;
    private final PriorityQueue<Standing> used = new PriorityQueue<>();
    private Standing firstUnused;
    private NodeInfo offered;

    /** @param unused nodes that suit, the best first */
    Candidates(TaskNeeds needs, Judge judge, Iterator<Standing> unused) {
        this.needs = needs;
        this.judge = judge;
        this.unused = unused;
    }

    @Override
    public NodeInfo next() {
        if (offered != null) {
            used.add(judge.of(offered));
        }
        Standing best = best();
        while (best != null && !Filter.hasRoom(best.node(), needs)) {
            best = best();
        }
        offered = best == null ? null : best.node();
        return offered;
    }

    private Standing best() {
        if (firstUnused == null && unused.hasNext()) {
            firstUnused = unused.next();
        }
        if (firstUnused == null || !used.isEmpty() && used.peek().compareTo(firstUnused) < 0) {
            return used.poll();
        }
        Standing best = firstUnused;
        firstUnused = null;
        return best;
    }
}
