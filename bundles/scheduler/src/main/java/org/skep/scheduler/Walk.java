package org.skep.scheduler;

import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Goes through a pool as one group of tasks prefers its nodes: level by level, each level in the pool's order, then
 * those where such tasks keep failing. Gives each node once, and looks no further than it is asked, so that tasks may be
 * placed meanwhile.
 */
final class Walk implements Iterator<Standing> {

    /** A level with fewer than one in so many nodes is sorted; others are found on the way through the pool. */
    private static final int SPARSE = 16;

    private final Pool pool;
    private final Judge judge;
    private final Set<NodeInfo> given = new HashSet<>();

    private int level = -1;
    /** How many nodes of this level may still come. Those given before do not: they can reach it at any time. */
    private int left;

    private Iterator<NodeInfo> nodes = List.<NodeInfo>of().iterator();
    private Iterator<NodeInfo> avoided;
    private Standing next;

    Walk(Pool pool, Judge judge) {
        this.pool = pool;
        this.judge = judge;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = find();
        }
        return next != null;
    }

    @Override
    public Standing next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Standing found = next;
        next = null;
        return found;
    }

    private Standing find() {
        while (avoided == null) {
            while (left > 0 && nodes.hasNext()) {
                NodeInfo node = nodes.next();
                if (judge.level(node) == level && !given.contains(node)) {
                    left--;
                    if (judge.faults(node) == 0) {
                        given.add(node);
                        return judge.of(node);
                    }
                }
            }
            enterNextLevel();
        }
        return avoided.hasNext() ? judge.of(avoided.next()) : null;
    }

    private void enterNextLevel() {
        Levels levels = pool.levels(judge.service());
        Integer above = level < 0 ? Integer.valueOf(0) : levels.above(level);
        if (above == null || given.size() == pool.size()) {
            avoided = sorted(
                    judge.faulty().keySet().stream().filter(pool::contains).toList());
            return;
        }
        level = above;
        left = level == 0 ? pool.size() - levels.occupied() : levels.at(level).size();
        nodes = level > 0 && left * SPARSE < pool.size() ? sorted(levels.at(level)) : pool.inOrder();
    }

    private Iterator<NodeInfo> sorted(Collection<NodeInfo> some) {
        List<Standing> standings = some.stream().map(judge::of).sorted().toList();
        return standings.stream().map(Standing::node).iterator();
    }
}
