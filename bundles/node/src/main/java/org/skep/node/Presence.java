package org.skep.node;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.BundleContext;
import org.skep.api.SkepException;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeIdentity;
import org.skep.control.Swarm;
import org.skep.pki.NodeKeys;
import org.skep.store.Proposer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node in its swarm: what it is, as its record and its certificate say, and the rooms that are open because of it.
 *
 * <p>Rooms of the leader open and close on a thread of its own, never on the one that brings a service: the rooms may wait
 * for that one.
 */
final class Presence {

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    private final NodeState state;
    private final NodeKeys keys;
    private final AddressChoice addresses;
    private final ManagerServices services;
    private final ManagerList managers;
    private final Conditions conditions;
    private final Recovery recovery;
    private final ScheduledExecutorService thread;
    private final ReentrantLock lifecycle = new ReentrantLock();

    private volatile boolean locked;
    private volatile boolean closed;

    /** @param look how often to look whether the host's addresses have changed */
    Presence(
            BundleContext context,
            NodeState state,
            NodeKeys keys,
            AddressChoice addresses,
            ManagerServices services,
            RoleKeeper roles,
            Duration look) {
        this.state = state;
        this.keys = keys;
        this.addresses = addresses;
        this.services = services;
        this.managers = new ManagerList(state, this::manages);
        this.conditions = new Conditions(context, managers, roles, this::managerStart);
        this.recovery = new Recovery(state, services);
        this.thread = new ScheduledThreadPoolExecutor(
                1, work -> new Thread(work, "skep-node"), new ThreadPoolExecutor.DiscardPolicy());
        thread.scheduleWithFixedDelay(this::revise, look.toNanos(), look.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Held by whoever enters, leaves, starts or changes the role; keys are used under it. */
    ReentrantLock lifecycle() {
        return lifecycle;
    }

    NodeState state() {
        return state;
    }

    NodeKeys keys() {
        return keys;
    }

    Conditions conditions() {
        return conditions;
    }

    KnownManagers managers() {
        return managers;
    }

    /** Whether this node's keys wait for an unlock key. */
    boolean locked() {
        return locked;
    }

    /** Whether this node is a manager, as its certificate says. */
    boolean manages() {
        return keys.identity().filter(NodeIdentity::manager).isPresent();
    }

    private ManagerStart managerStart() {
        return state.record().map(NodeRecord::start).orElse(ManagerStart.JOIN);
    }

    /** @throws SkepException {@code NOT_IN_SWARM} */
    NodeRecord checkMember() {
        state.checkSound();
        return state.member()
                .orElseThrow(() -> SkepException.state("NOT_IN_SWARM", "this node is not part of a swarm", ""));
    }

    /** @throws SkepException {@code ALREADY_IN_SWARM}, or what is wrong with the state directory */
    void checkOutside() {
        if (state.record().isPresent() && state.member().isEmpty()) {
            finish();
        }
        state.checkSound();
        if (state.record().isPresent()) {
            throw alreadyInSwarm();
        }
        state.checkNothingLeft();
    }

    /**
     * For those who do not hold {@link #lifecycle}: a member's change of role holds it for as long as no manager answers.
     *
     * @throws SkepException {@code ALREADY_IN_SWARM}
     */
    void checkNoMember() {
        if (state.member().isPresent()) {
            state.checkSound();
            throw alreadyInSwarm();
        }
    }

    private static SkepException alreadyInSwarm() {
        return SkepException.state(
                "ALREADY_IN_SWARM",
                "this node is already part of a swarm",
                "use \"swarm leave\" to leave it before making or joining another one");
    }

    /** Takes up what this node was when it stopped; or ends what an earlier life left half done. */
    void resume() {
        // At once: nobody must be told meanwhile that this node is in no swarm.
        state.member().ifPresent(this::enter);
        if (state.record().isPresent()) {
            thread.execute(this::start);
        }
    }

    private void start() {
        lifecycle.lock();
        try {
            if (closed || state.record().isEmpty()) {
                return;
            }
            if (state.member().isEmpty()) {
                LOG.info("Removing what an unfinished change of the swarm left");
                finish();
                return;
            }
            if (keys.state() == NodeKeys.State.LOCKED) {
                locked = true;
                LOG.info("The keys of this manager are locked: it waits for \"swarm unlock\"");
                return;
            }
            takePart(keys.open());
        } catch (SkepException e) {
            state.damaged(e);
        } catch (RuntimeException e) {
            LOG.error("This node cannot take its part in the swarm", e);
        } finally {
            lifecycle.unlock();
        }
    }

    /** @throws SkepException {@code NOT_LOCKED}, {@code INVALID_UNLOCK_KEY} */
    void unlock(String key) throws InterruptedException {
        lifecycle.lockInterruptibly();
        try {
            checkMember();
            if (!locked) {
                throw SkepException.state("NOT_LOCKED", "this node is not locked", "");
            }
            NodeIdentity identity = keys.unlock(key);
            locked = false;
            takePart(identity);
        } finally {
            lifecycle.unlock();
        }
    }

    /**
     * Begins anew as the only manager. It is one once {@link #recovered} says so. The caller holds {@link #lifecycle}.
     *
     * @return the ID of this node
     */
    String forceNewCluster(Swarm.Addresses wanted) {
        NodeRecord node = checkMember();
        if (locked) {
            throw SkepException.state(
                    "LOCKED", "the keys of this manager are locked", "open them with \"swarm unlock\" first");
        }
        // On the way from one role to the other it has the certificate of a manager, but no state.
        if (!manages() || !conditions.managing()) {
            throw SkepException.state(
                    "NOT_A_MANAGER",
                    "this node is a worker: it does not have the state of the swarm",
                    "use a node that was a manager of it");
        }
        Place place = wanted.equals(Swarm.Addresses.CHOSEN) ? node.place() : addresses.choose(wanted, Optional.empty());
        recovery.begin(node, place);
        conditions.stopManaging();
        if (!place.equals(node.place())) {
            conditions.move(addresses.resolve(place));
        }
        conditions.manage();
        followLeadership();
        return node.nodeId();
    }

    /** Whether no {@link #forceNewCluster} is under way. */
    boolean recovered() {
        return recovery.done();
    }

    /** Lets others know where this node is and who it is; rooms stay closed. */
    void enter(NodeRecord node) {
        conditions.enter(node.membership(), addresses.resolve(node.place()));
    }

    /** Opens the rooms of this node's roles. */
    void takePart(NodeIdentity identity) {
        NodeRecord node = state.member().orElseThrow();
        if (!identity.nodeId().equals(node.nodeId()) || !identity.clusterId().equals(node.clusterId())) {
            throw SkepException.resource(
                    "STATE_DAMAGED",
                    "the keys are those of node " + identity.nodeId() + ", but node.json is that of " + node.nodeId(),
                    "restore the file and the directory keys from one backup",
                    null);
        }
        revise(node);
        if (identity.manager()) {
            conditions.manage();
        }
        conditions.work();
        followLeadership();
    }

    /** Hosts get other addresses while the daemon runs, too. Who is busy with this node looks by itself, or next time. */
    private void revise() {
        if (!lifecycle.tryLock()) {
            return;
        }
        try {
            state.member().ifPresent(this::revise);
        } catch (RuntimeException e) {
            LOG.error("The addresses of this host cannot be looked up", e);
        } finally {
            lifecycle.unlock();
        }
    }

    /** The host may have got other addresses since. */
    private void revise(NodeRecord node) {
        Place place = addresses.revise(
                node.place(),
                node.managers().stream()
                        .filter(known -> !known.nodeId().equals(node.nodeId()))
                        .map(KnownManagers.Manager::address)
                        .findFirst());
        if (!place.equals(node.place())) {
            state.note(known -> known.at(place));
            conditions.move(addresses.resolve(place));
        }
    }

    /** The rooms of the leader follow the lead. */
    void followLeadership() {
        thread.execute(() -> {
            Proposer lead = closed ? null : services.proposer();
            if (lead != null) {
                recovery.finish();
            }
            conditions.lead(lead);
        });
    }

    /** Removes what a change of the swarm left that has not come to its end. */
    void finish() {
        conditions.leave();
        try {
            forget();
        } catch (IOException e) {
            state.damaged(e);
        }
    }

    /** Deletes all that this node has of the swarm. */
    void forget() throws IOException {
        keys.wipe();
        state.wipe();
        locked = false;
    }

    void close() throws InterruptedException {
        closed = true;
        Threads.end(thread);
        conditions.leave();
        keys.close();
    }
}
