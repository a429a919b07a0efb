package org.skep.control.routed;

import io.grpc.Channel;
import io.grpc.Context;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.SwarmMembership;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.control.local.LocalControl;
import org.skep.control.remote.RemoteControl;
import org.skep.rpc.Connections;
import org.skep.store.Consensus;

/**
 * The way to the leader, wherever that is. When it changes, what is certainly not done is done again; a change that may
 * have been made is not.
 */
@Component(service = Router.class)
public final class Router {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 50;
    /** A leader that takes longer is none. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

    /** For what can be answered without a leader, only not so well. */
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private static final String NO_LEADER = "NO_LEADER";
    private static final String UNREACHABLE = "UNREACHABLE";
    private static final String LEADER_LOST = "LEADER_LOST";
    private static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

    /** After these, nothing was done. */
    private static final Set<String> NOT_DONE = Set.of(NO_LEADER, UNREACHABLE);

    private final LocalControl local;
    private final Duration patience;
    /** Calls under way, and whom they ask. */
    private final Map<Context.CancellableContext, String> calls = new ConcurrentHashMap<>();

    private final Map<Consensus, Consensus.Follower> following = new HashMap<>();

    private volatile SwarmMembership membership;
    private volatile ManagerStart manager;
    private volatile Consensus consensus;
    private volatile Connections connections;
    private volatile Swarm swarm;

    /** Counts what has changed: nobody waits for what has come meanwhile. */
    private long changes;

    /** No leader came while somebody waited: until something changes nobody waits again. */
    private volatile boolean hopeless;

    /** @param leader empty if it is this manager, or nobody else is known to it */
    private record Target(Control control, Optional<String> leader) {}

    @Activate
    public Router(@Reference LocalControl local) {
        this(local, PATIENCE);
    }

    Router(LocalControl local, Duration patience) {
        this.local = local;
        this.patience = patience;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindMembership(SwarmMembership service) {
        membership = service;
        changed();
    }

    void unbindMembership(SwarmMembership service) {
        if (membership == service) {
            membership = null;
            changed();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindManager(ManagerStart service) {
        manager = service;
        changed();
    }

    void unbindManager(ManagerStart service) {
        if (manager == service) {
            manager = null;
            changed();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConsensus(Consensus service) {
        Consensus.Follower follower = service.follow(this::managersChanged);
        synchronized (this) {
            following.put(service, follower);
            consensus = service;
        }
        changed();
    }

    void unbindConsensus(Consensus service) {
        Consensus.Follower follower;
        synchronized (this) {
            follower = following.remove(service);
            if (consensus == service) {
                consensus = null;
            }
        }
        if (follower != null) {
            follower.close();
        }
        changed();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConnections(Connections service) {
        connections = service;
        changed();
    }

    void unbindConnections(Connections service) {
        if (connections == service) {
            connections = null;
            changed();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSwarm(Swarm service) {
        swarm = service;
    }

    void unbindSwarm(Swarm service) {
        if (swarm == service) {
            swarm = null;
        }
    }

    /** Whoever waits for a leader that is none any more would wait for as long as it is silent. */
    private void managersChanged(Consensus.Status status) {
        calls.forEach((call, leader) -> cancelIfLost(call, leader, status));
        changed();
    }

    private static void cancelIfLost(Context.CancellableContext call, String leader, Consensus.Status status) {
        if (status.leader().filter(present -> !present.equals(leader)).isPresent()) {
            call.cancel(null);
        }
    }

    private synchronized void changed() {
        changes++;
        hopeless = false;
        notifyAll();
    }

    /** The ID of this node. */
    String nodeId() {
        SwarmMembership known = membership;
        if (known == null) {
            throw notManager();
        }
        return known.nodeId();
    }

    /** What this manager can say without a leader. */
    LocalControl local() {
        if (manager == null) {
            throw notManager();
        }
        return local;
    }

    /** Asks the leader; where it is lost before it has answered, the next one. */
    <T, E extends Exception> T read(Question<T, E> question) throws E {
        return read(patience(), question);
    }

    Patience patience() {
        return new Patience(patience);
    }

    /** As {@link #read(Question)}, for questions that take long: they renew the patience as they get on. */
    <T, E extends Exception> T read(Patience patience, Question<T, E> question) throws E {
        long seen = changes();
        while (true) {
            Target target = target(patience);
            try {
                return ask(target, question);
            } catch (SkepException e) {
                if (!NOT_DONE.contains(e.code()) && !e.code().equals(LEADER_LOST)) {
                    throw e;
                }
                seen = retry(patience, seen, target, e);
            }
        }
    }

    /**
     * Has the leader do something. It is asked again only where nothing was done.
     *
     * @param look the command that shows whether it was done
     */
    <T> T write(String look, Question<T, RuntimeException> request) {
        return write(look, false, request);
    }

    /**
     * Has the leader change something from the version it has, which cannot happen twice: where it may have been done, it
     * is tried again.
     *
     * @param look the command that shows whether it was done
     */
    <T> T change(String look, Question<T, RuntimeException> request) {
        return write(look, true, request);
    }

    private <T> T write(String look, boolean once, Question<T, RuntimeException> request) {
        Patience left = patience();
        long seen = changes();
        SkepException unsure = null;
        while (true) {
            try {
                Target target = target(left);
                try {
                    return ask(target, request);
                } catch (SkepException e) {
                    boolean lost = e.code().equals(LEADER_LOST) || e.code().equals(OUTCOME_UNKNOWN);
                    if (lost && !once || !lost && !NOT_DONE.contains(e.code())) {
                        throw e;
                    }
                    unsure = lost ? e : unsure;
                    seen = retry(left, seen, target, e);
                }
            } catch (SkepException e) {
                throw outcome(look, unsure, e);
            }
        }
    }

    /** What is refused may be so because it was done before. */
    private static SkepException outcome(String look, SkepException unsure, SkepException last) {
        boolean lost = last.code().equals(LEADER_LOST) || last.code().equals(OUTCOME_UNKNOWN);
        return lost || unsure != null ? outcomeUnknown(look, unsure == null ? last : unsure) : last;
    }

    /** Asks the leader once, or else this manager itself. */
    <T> T readAnyhow(Question<T, RuntimeException> question) {
        LocalControl known = local();
        Consensus group = consensus;
        Optional<String> leader =
                group == null ? Optional.empty() : group.status().leader();
        if (leader.isPresent() && !leader.get().equals(group.status().self())) {
            try {
                return ask(remote(leader.get(), A_MOMENT), question);
            } catch (SkepException e) {
                return question.ask(known);
            }
        }
        return question.ask(known);
    }

    private <T, E extends Exception> T ask(Target target, Question<T, E> question) throws E {
        if (target.leader().isEmpty()) {
            return question.ask(target.control());
        }
        String leader = target.leader().get();
        Context.CancellableContext call = Context.current().withCancellation();
        calls.put(call, leader);
        Context outside = call.attach();
        try {
            Consensus group = consensus;
            if (group != null) {
                cancelIfLost(call, leader, group.status());
            }
            T answer = question.ask(target.control());
            hopeless = false;
            return answer;
        } finally {
            call.detach(outside);
            calls.remove(call);
            call.cancel(null);
        }
    }

    private Target target(Patience patience) {
        while (true) {
            long seen = changes();
            if (manager == null) {
                throw notManager();
            }
            Consensus group = consensus;
            if (group == null) {
                // It is about to start, and this manager's own store knows how to wait for that.
                return new Target(local, Optional.empty());
            }
            Consensus.Status status = group.status();
            if (status.leads()) {
                return new Target(local, Optional.empty());
            }
            if (status.leader().isPresent() && connections != null) {
                return remote(status.leader().get(), LONGEST_CALL);
            }
            if (!await(seen, patience, Long.MAX_VALUE)) {
                throw noLeader();
            }
        }
    }

    private Target remote(String leader, Duration longest) {
        Connections network = connections;
        if (network == null) {
            throw noLeader();
        }
        Channel channel = local.address(leader).map(network::to).orElseGet(() -> network.to(leader));
        return new Target(new RemoteControl(channel, longest), Optional.of(leader));
    }

    /** Waits until it makes sense to try once more. */
    private long retry(Patience patience, long seen, Target failed, SkepException failure) {
        if (!await(seen, patience, RETRY_MILLIS)) {
            throw failure.code().equals(NO_LEADER) ? noLeader() : unreachable(failed, failure);
        }
        return changes();
    }

    private synchronized long changes() {
        return changes;
    }

    /**
     * Waits for a change.
     *
     * @return false if there is nothing to wait for any more
     */
    private synchronized boolean await(long seen, Patience patience, long millis) {
        if (patience.over() || hopeless) {
            hopeless = true;
            return false;
        }
        try {
            if (changes == seen) {
                wait(Math.min(millis, patience.leftNanos() / 1_000_000 + 1));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SkepException.state("INTERRUPTED", "interrupted while waiting for a leader", "");
        }
    }

    private SkepException notManager() {
        Swarm node = swarm;
        if (node != null && node.status().state() == Swarm.State.LOCKED) {
            return SkepException.state(
                    "LOCKED",
                    "the swarm is encrypted and needs to be unlocked before it can be used",
                    "use \"swarm unlock\"");
        }
        return SkepException.state(
                "NOT_A_MANAGER",
                "this node is not a swarm manager",
                membership == null
                        ? "use \"swarm init\" or \"swarm join\" to make it one"
                        : "run this on a manager, or promote this node");
    }

    private static SkepException noLeader() {
        return SkepException.state(
                NO_LEADER,
                "the swarm has no leader",
                "more than half of the managers must be online; \"swarm status\" says which are");
    }

    private static SkepException unreachable(Target leader, SkepException failure) {
        return new SkepException(
                failure.kind(),
                NO_LEADER,
                "the leader of the swarm, " + leader.leader().orElse("") + ", cannot be reached: "
                        + failure.getMessage(),
                "try again in a moment",
                failure);
    }

    private static SkepException outcomeUnknown(String look, SkepException failure) {
        return new SkepException(
                failure.kind(),
                OUTCOME_UNKNOWN,
                "the leader was lost before it answered: the change may or may not have been made",
                "look with \"" + look + "\" before you repeat it",
                failure);
    }
}
