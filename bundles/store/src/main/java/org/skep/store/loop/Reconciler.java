package org.skep.store.loop;

import java.util.List;
import org.skep.store.Change;
import org.skep.store.View;

/**
 * Brings the swarm closer to what is wanted. Idempotent: it may be told anything twice, and asks the store, not its
 * memory, whenever both know. Called on one thread.
 */
public interface Reconciler {

    /** Called once, before anything else. */
    default void attach(Timers timers) {}

    /** Starts, or starts over: nothing remembered counts any more. */
    void resync(View view) throws InterruptedException;

    /**
     * Something changed.
     *
     * @param view the state that the changes lead to
     * @param changes in order, possibly of several transactions
     */
    void changed(View view, List<Change> changes) throws InterruptedException;
}
