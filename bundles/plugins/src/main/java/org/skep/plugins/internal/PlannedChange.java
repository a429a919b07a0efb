package org.skep.plugins.internal;

import java.util.List;
import org.skep.plugins.Change;

/** A plan, and what carries it out. */
record PlannedChange(List<String> plan, Action action) implements Change {

    PlannedChange {
        plan = List.copyOf(plan);
    }

    interface Action {
        List<String> run() throws InterruptedException;
    }

    @Override
    public List<String> apply() throws InterruptedException {
        return action.run();
    }
}
