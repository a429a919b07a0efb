package org.skep.node;

import java.time.Duration;
import org.skep.api.SkepException;
import org.skep.store.Proposer;
import org.skep.store.Store;

/** The store and the lead of this manager, as they come and go. */
final class ManagerServices {

    private Store store;
    private Proposer proposer;
    private boolean closed;

    synchronized void set(Store service) {
        store = service;
        notifyAll();
    }

    synchronized void unset(Store service) {
        if (store == service) {
            store = null;
        }
    }

    synchronized void set(Proposer service) {
        proposer = service;
        notifyAll();
    }

    synchronized void unset(Proposer service) {
        if (proposer == service) {
            proposer = null;
        }
    }

    /** Null if there is none. */
    synchronized Store store() {
        return store;
    }

    /** Null unless this node leads. */
    synchronized Proposer proposer() {
        return proposer;
    }

    /** Waiting ends now. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * The store, once this node leads.
     *
     * @throws SkepException {@code NO_LEADER} if it does not by then
     */
    synchronized Store awaitLead(long deadline) throws InterruptedException {
        while (store == null || proposer == null) {
            long left = deadline - System.nanoTime();
            if (closed) {
                throw SkepException.state("STOPPING", "the daemon is stopping", "");
            }
            if (left <= 0) {
                throw SkepException.state(
                        "NO_LEADER",
                        "this node could not become the leader of a new swarm in time",
                        "the log says more");
            }
            wait(left / 1_000_000 + 1);
        }
        return store;
    }

    /** Gives the others a moment. */
    synchronized void pause(Duration duration) throws InterruptedException {
        if (!closed) {
            wait(duration.toMillis());
        }
    }
}
