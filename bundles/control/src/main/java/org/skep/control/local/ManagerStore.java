package org.skep.control.local;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;

/**
 * The way to the store for those who outlive it. Where a leader is on its way, as after a start, callers wait a
 * little; where there is none to come, they get a clear error.
 */
@Component(service = ManagerStore.class)
public final class ManagerStore {

    private static final String NO_LEADER = "NO_LEADER";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration HANDOVER = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(10);

    private final Duration patience;
    private SwarmMembership membership;
    private Store store;
    private Proposer proposer;
    private Consensus consensus;

    /** The state has been seen led: reads may go on without a leader. */
    private boolean settled;

    /** Nothing came while somebody waited: until something changes nobody waits again. */
    private boolean hopeless;

    public ManagerStore() {
        this(PATIENCE);
    }

    ManagerStore(Duration patience) {
        this.patience = patience;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindMembership(SwarmMembership service) {
        membership = service;
        changed();
    }

    synchronized void unbindMembership(SwarmMembership service) {
        if (membership == service) {
            membership = null;
            changed();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindStore(Store service) {
        store = service;
        settled = false;
        changed();
    }

    synchronized void unbindStore(Store service) {
        if (store == service) {
            store = null;
            changed();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindProposer(Proposer service) {
        proposer = service;
        changed();
    }

    synchronized void unbindProposer(Proposer service) {
        if (proposer == service) {
            proposer = null;
            changed();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindConsensus(Consensus service) {
        consensus = service;
    }

    synchronized void unbindConsensus(Consensus service) {
        if (consensus == service) {
            consensus = null;
        }
    }

    /** What this manager knows of the others; empty where it is alone. */
    synchronized Optional<Consensus> consensus() {
        return Optional.ofNullable(consensus);
    }

    /** The ID of this node. */
    String nodeId() {
        return membership().nodeId();
    }

    /** The committed state; of a leader if there is one, else as this manager last knew it. */
    View view() {
        return readable().view();
    }

    /** The store to read from. */
    synchronized Store readable() {
        long deadline = System.nanoTime() + patience.toNanos();
        while (store == null || (proposer == null && !settled)) {
            membership();
            if (!await(deadline)) {
                if (store == null) {
                    throw noLeader();
                }
                return store;
            }
        }
        settled = true;
        return store;
    }

    /** See {@link Store#update}. */
    <T> T update(Function<Transaction, T> decision) {
        AtomicBoolean decided = new AtomicBoolean();
        long deadline = System.nanoTime() + HANDOVER.toNanos();
        while (true) {
            Store target = writable();
            try {
                return target.update(tx -> {
                    decided.set(true);
                    return decision.apply(tx);
                });
            } catch (SkepException e) {
                // The store may learn of the lead a moment after this. Nothing was written as long as nothing was
                // decided.
                if (!e.code().equals(NO_LEADER) || decided.get() || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw SkepException.state(
                        "INTERRUPTED",
                        "interrupted while the change was being written",
                        "it may have been made: look first");
            }
        }
    }

    private synchronized Store writable() {
        long deadline = System.nanoTime() + patience.toNanos();
        while (store == null || proposer == null) {
            membership();
            if (!await(deadline)) {
                throw noLeader();
            }
        }
        settled = true;
        return store;
    }

    private synchronized SwarmMembership membership() {
        if (membership == null) {
            throw SkepException.state(
                    "NOT_A_MANAGER", "this node is not a swarm manager", "use \"swarm init\" to make it one");
        }
        return membership;
    }

    private synchronized void pause() {
        await(System.nanoTime() + RETRY.toNanos());
    }

    private void changed() {
        hopeless = false;
        notifyAll();
    }

    private boolean await(long deadline) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || hopeless) {
            hopeless = true;
            return false;
        }
        try {
            wait(left / 1_000_000 + 1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SkepException.state("INTERRUPTED", "interrupted while waiting for a leader", "");
        }
    }

    private static SkepException noLeader() {
        return SkepException.state(
                NO_LEADER, "the swarm has no leader", "too few managers are online, or this one is still starting");
    }
}
