package org.skep.node;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.Store;
import org.skep.store.Transaction;

/** The store, consensus and the lead of this manager, as they come and go. */
final class ManagerServices {

    private static final Duration RETRY = Duration.ofMillis(20);

    private Store store;
    private Proposer proposer;
    private Consensus consensus;
    private Consensus.Follower follower;
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

    void set(Consensus service) {
        Consensus.Follower next = service.follow(status -> wake());
        Consensus.Follower before;
        synchronized (this) {
            before = follower;
            consensus = service;
            follower = next;
            notifyAll();
        }
        close(before);
    }

    void unset(Consensus service) {
        Consensus.Follower before = null;
        synchronized (this) {
            if (consensus == service) {
                consensus = null;
                before = follower;
                follower = null;
            }
        }
        close(before);
    }

    private static void close(Consensus.Follower follower) {
        if (follower != null) {
            follower.close();
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

    /** What this manager knows of the others; empty while it takes no part. */
    Optional<Consensus.Status> consensus() {
        Consensus current;
        synchronized (this) {
            current = consensus;
        }
        return Optional.ofNullable(current).map(Consensus::status);
    }

    /** Those who wait look again. */
    synchronized void wake() {
        notifyAll();
    }

    /** Waiting ends now. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * Waits until it is so.
     *
     * @param reached asked whenever something has changed; must not block
     * @return false if it is not by then
     * @throws SkepException {@code STOPPING} if the daemon stops
     */
    boolean await(BooleanSupplier reached, long deadline) throws InterruptedException {
        while (!reached.getAsBoolean()) {
            synchronized (this) {
                if (closed) {
                    throw SkepException.state("STOPPING", "the daemon is stopping", "");
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                // What is not announced is seen a moment later.
                wait(Math.min(left / 1_000_000 + 1, RETRY.toMillis()));
            }
        }
        return true;
    }

    /**
     * Writes to the store as soon as this node leads.
     *
     * @throws SkepException {@code NO_LEADER} if it does not by then
     */
    void lead(Duration limit, Consumer<Transaction> decision) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                awaitLead(deadline).update(tx -> {
                    decision.accept(tx);
                    return null;
                });
                return;
            } catch (SkepException e) {
                // The store may learn of the leadership a moment after this node does.
                if (!e.code().equals("NO_LEADER") || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private Store awaitLead(long deadline) throws InterruptedException {
        await(() -> store() != null && proposer() != null, deadline);
        Store current = store();
        if (current == null || proposer() == null) {
            throw SkepException.state(
                    "NO_LEADER", "this node could not become the leader of the swarm in time", "the log says more");
        }
        return current;
    }

    private synchronized void pause() throws InterruptedException {
        if (!closed) {
            wait(RETRY.toMillis());
        }
    }
}
