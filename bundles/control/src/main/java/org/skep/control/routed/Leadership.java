package org.skep.control.routed;

import io.grpc.Channel;
import io.grpc.Context;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
 * Who leads, as this manager sees it, and the way there. Tells when that changes: whoever asks a leader that is none any
 * more is told so, and need not wait for as long as that one is silent.
 */
@Component(service = Leadership.class)
public final class Leadership {

    private static final long RETRY_MILLIS = 50;
    /** A leader that takes longer is none. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

    /** For what can be answered without a leader, only not so well. */
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private final LocalControl local;
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

    /** @param leader empty if it is this manager, or if that is all there is to ask */
    record Target(Control control, Optional<String> leader) {}

    @Activate
    public Leadership(@Reference LocalControl local) {
        this.local = local;
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

    /** A former leader that is still in touch will say itself what has become of the call. */
    private static void cancelIfLost(Context.CancellableContext call, String leader, Consensus.Status status) {
        boolean replaced =
                status.leader().filter(present -> !present.equals(leader)).isPresent();
        boolean inTouch =
                status.members().stream().anyMatch(member -> member.nodeId().equals(leader) && member.reachable());
        if (replaced && !inTouch) {
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

    /** Asks that manager; the call ends without an answer once it is gone and another one leads. */
    <T, E extends Exception> T ask(Target target, Question<T, E> question) throws E {
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

    /**
     * Where to ask.
     *
     * @throws SkepException {@code NO_LEADER} if none came while there was patience
     */
    Target find(Patience patience) {
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
            Optional<Target> found = status.leader().flatMap(leader -> remote(leader, LONGEST_CALL));
            if (found.isPresent()) {
                return found.get();
            }
            if (!await(seen, patience)) {
                throw noLeader();
            }
        }
    }

    /** The leader, if it is another manager; for a call that must not take long. */
    Optional<Target> elsewhere() {
        return Optional.ofNullable(consensus)
                .map(Consensus::status)
                .filter(status -> !status.leads())
                .flatMap(Consensus.Status::leader)
                .flatMap(id -> remote(id, A_MOMENT));
    }

    /** Empty while it is not known yet where that manager is. */
    private Optional<Target> remote(String leader, Duration longest) {
        Connections network = connections;
        if (network == null) {
            return Optional.empty();
        }
        try {
            Channel channel = local.address(leader).map(network::to).orElseGet(() -> network.to(leader));
            return Optional.of(new Target(new RemoteControl(channel, longest), Optional.of(leader)));
        } catch (SkepException unknown) {
            return Optional.empty();
        }
    }

    /** How much has changed so far. */
    synchronized long changes() {
        return changes;
    }

    /**
     * Waits until it makes sense to try once more.
     *
     * @param seen how much had changed before the last attempt
     * @return false if there is nothing to wait for any more
     */
    synchronized boolean await(long seen, Patience patience) {
        if (patience.over() || hopeless) {
            hopeless = true;
            return false;
        }
        try {
            if (changes == seen) {
                wait(Math.min(RETRY_MILLIS, patience.leftNanos() / 1_000_000 + 1));
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

    static SkepException noLeader() {
        return SkepException.state(
                "NO_LEADER",
                "the swarm has no leader",
                "more than half of the managers must be online; \"swarm status\" says which are");
    }
}
