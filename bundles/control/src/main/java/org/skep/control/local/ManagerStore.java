package org.skep.control.local;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
 * The way to the store for those who outlive it. Where this manager is about to lead, as after a start, callers wait a
 * little; where it does not lead, they are told so at once, because somebody else does.
 */
@Component(service = ManagerStore.class)
public final class ManagerStore {

    private static final String NO_LEADER = "NO_LEADER";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration HANDOVER = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(10);

    private final Duration patience;
    private final ReadBarrier barrier;
    private SwarmMembership membership;
    private Store store;
    private Proposer proposer;
    private Consensus consensus;
    private final Map<Consensus, Consensus.Follower> following = new HashMap<>();

    /** The state has been seen led: reads may go on without a leader. */
    private boolean settled;

    /** Counts what has changed: nobody waits for what has come meanwhile. */
    private long changes;

    /** Nothing came while somebody waited: until something changes nobody waits again. */
    private boolean hopeless;

    public ManagerStore() {
        this(PATIENCE);
    }

    ManagerStore(Duration patience) {
        this.patience = patience;
        this.barrier = new ReadBarrier(patience);
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
    void bindConsensus(Consensus service) {
        Consensus.Follower follower = service.follow(status -> changed());
        synchronized (this) {
            consensus = service;
            following.put(service, follower);
            changed();
        }
    }

    void unbindConsensus(Consensus service) {
        Consensus.Follower follower;
        synchronized (this) {
            follower = following.remove(service);
            if (consensus == service) {
                consensus = null;
                changed();
            }
        }
        if (follower != null) {
            follower.close();
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

    /** The committed state, with all that was acknowledged before; refused with {@code NO_LEADER} where another leads. */
    View view() {
        Store source = readable();
        consensus().ifPresent(barrier::pass);
        return source.view();
    }

    /** What this manager knows, however old; after a change of its own, that is in it. */
    View known() {
        return source().view();
    }

    /** This manager's store, if it is there. */
    synchronized Optional<Store> present() {
        return Optional.ofNullable(store);
    }

    /** This manager's store, whoever leads. */
    synchronized Store source() {
        long deadline = System.nanoTime() + patience.toNanos();
        while (store == null) {
            membership();
            if (!await(deadline)) {
                throw noLeader();
            }
        }
        return store;
    }

    private synchronized Store readable() {
        long deadline = System.nanoTime() + patience.toNanos();
        while (store == null || proposer == null && !settled && consensus == null) {
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
        long deadline = System.nanoTime() + HANDOVER.toNanos();
        while (true) {
            Store target = writable();
            try {
                return target.update(decision);
            } catch (SkepException e) {
                // The store may learn of the lead a moment after this.
                if (!e.code().equals(NO_LEADER) || System.nanoTime() > deadline) {
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

    /** Refuses with {@code NO_LEADER} where another leads: only a leader's judgement counts. */
    void requireLead() {
        writable();
    }

    private Store writable() {
        long deadline = System.nanoTime() + patience.toNanos();
        long seen = changes();
        while (true) {
            // Asked without the lock: who tells of changes may hold one, too.
            boolean elsewhere =
                    consensus().filter(group -> !group.status().leads()).isPresent();
            synchronized (this) {
                if (store != null && proposer != null) {
                    settled = true;
                    return store;
                }
                membership();
                if (elsewhere) {
                    throw elsewhere();
                }
                if (changes == seen && !await(deadline)) {
                    throw noLeader();
                }
                seen = changes;
            }
        }
    }

    private synchronized long changes() {
        return changes;
    }

    private synchronized SwarmMembership membership() {
        if (membership == null) {
            throw notManager();
        }
        return membership;
    }

    static SkepException notManager() {
        return SkepException.state(
                "NOT_A_MANAGER", "this node is not a swarm manager", "use \"swarm init\" to make it one");
    }

    private synchronized void pause() {
        try {
            wait(RETRY.toMillis());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private synchronized void changed() {
        changes++;
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
            throw interrupted();
        }
    }

    static SkepException interrupted() {
        Thread.currentThread().interrupt();
        return SkepException.state("INTERRUPTED", "interrupted while waiting for a leader", "");
    }

    static SkepException elsewhere() {
        return SkepException.state(NO_LEADER, "this manager does not lead the swarm", "try again in a moment");
    }

    private static SkepException noLeader() {
        return SkepException.state(
                NO_LEADER, "the swarm has no leader", "too few managers are online, or this one is still starting");
    }
}
