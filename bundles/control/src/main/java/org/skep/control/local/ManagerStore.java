package org.skep.control.local;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.control.neighbour.Managers;
import org.skep.control.neighbour.Neighbour;
import org.skep.control.neighbour.News;
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
    private final News news = new News();
    private final Neighbour<SwarmMembership> membership = new Neighbour<>(news::changed);
    private final Neighbour<Store> store = new Neighbour<>(news::changed);
    private final Neighbour<Proposer> proposer = new Neighbour<>(news::changed);
    private final Managers managers = new Managers(news::changed);

    /** The state has been seen led: reads may go on without a leader. */
    private volatile boolean settled;

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
    void bindMembership(SwarmMembership service) {
        membership.bind(service);
    }

    void unbindMembership(SwarmMembership service) {
        membership.unbind(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStore(Store service) {
        settled = false;
        store.bind(service);
    }

    void unbindStore(Store service) {
        store.unbind(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProposer(Proposer service) {
        proposer.bind(service);
    }

    void unbindProposer(Proposer service) {
        proposer.unbind(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConsensus(Consensus service) {
        managers.bind(service, status -> news.changed());
    }

    void unbindConsensus(Consensus service) {
        managers.unbind(service);
    }

    /** What this manager knows of the others; empty where it is alone. */
    Optional<Consensus> consensus() {
        return managers.get();
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
    Optional<Store> present() {
        return store.get();
    }

    /** This manager's store, whoever leads. */
    Store source() {
        return await(this::present).orElseThrow(ManagerStore::noLeader);
    }

    private Store readable() {
        Optional<Store> ready = await(() -> present()
                .filter(there ->
                        proposer.get().isPresent() || settled || consensus().isPresent()));
        settled = settled || ready.isPresent();
        return ready.or(this::present).orElseThrow(ManagerStore::noLeader);
    }

    /** @return empty if it did not come in time */
    private Optional<Store> await(Supplier<Optional<Store>> wanted) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long seen = news.seen();
            Optional<Store> found = wanted.get();
            if (found.isPresent()) {
                return found;
            }
            membership();
            if (!news.await(seen, deadline - System.nanoTime(), Long.MAX_VALUE)) {
                return Optional.empty();
            }
        }
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
                news.hope();
                news.await(news.seen(), RETRY.toNanos(), RETRY.toMillis());
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
        Store target = await(() -> {
                    if (proposer.get().isPresent() && present().isPresent()) {
                        return present();
                    }
                    membership();
                    if (managers.status().filter(status -> !status.leads()).isPresent()) {
                        throw elsewhere();
                    }
                    return Optional.empty();
                })
                .orElseThrow(ManagerStore::noLeader);
        settled = true;
        return target;
    }

    private SwarmMembership membership() {
        return membership.get().orElseThrow(ManagerStore::notManager);
    }

    static SkepException notManager() {
        return SkepException.state(
                "NOT_A_MANAGER", "this node is not a swarm manager", "use \"swarm init\" to make it one");
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
