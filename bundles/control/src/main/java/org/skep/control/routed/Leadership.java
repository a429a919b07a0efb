package org.skep.control.routed;

import io.grpc.Channel;
import io.grpc.Context;
import java.time.Duration;
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
import org.skep.control.neighbour.Managers;
import org.skep.control.neighbour.Neighbour;
import org.skep.control.neighbour.News;
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

    private final News news = new News();
    private final Neighbour<SwarmMembership> membership = new Neighbour<>(news::changed);
    private final Neighbour<ManagerStart> manager = new Neighbour<>(news::changed);
    private final Neighbour<Connections> connections = new Neighbour<>(news::changed);
    private final Neighbour<Swarm> swarm = new Neighbour<>(news::changed);
    private final Managers managers = new Managers(news::changed);

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
        membership.bind(service);
    }

    void unbindMembership(SwarmMembership service) {
        membership.unbind(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindManager(ManagerStart service) {
        manager.bind(service);
    }

    void unbindManager(ManagerStart service) {
        manager.unbind(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConsensus(Consensus service) {
        managers.bind(service, this::managersChanged);
    }

    void unbindConsensus(Consensus service) {
        managers.unbind(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConnections(Connections service) {
        connections.bind(service);
    }

    void unbindConnections(Connections service) {
        connections.unbind(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSwarm(Swarm service) {
        swarm.bind(service);
    }

    void unbindSwarm(Swarm service) {
        swarm.unbind(service);
    }

    /** Whoever waits for a leader that is none any more would wait for as long as it is silent. */
    private void managersChanged(Consensus.Status status) {
        calls.forEach((call, leader) -> cancelIfLost(call, leader, status));
        news.changed();
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

    /** The ID of this node. */
    String nodeId() {
        return membership.get().orElseThrow(this::notManager).nodeId();
    }

    /** What this manager can say without a leader. */
    LocalControl local() {
        checkManager();
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
            managers.status().ifPresent(status -> cancelIfLost(call, leader, status));
            T answer = question.ask(target.control());
            news.hope();
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
            checkManager();
            Optional<Consensus.Status> status = managers.status();
            // Where consensus is about to start this manager's own store knows how to wait for that.
            if (status.isEmpty() || status.get().leads()) {
                return new Target(local, Optional.empty());
            }
            Optional<Target> found = status.get().leader().flatMap(leader -> remote(leader, LONGEST_CALL));
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
        return managers.status()
                .filter(status -> !status.leads())
                .flatMap(Consensus.Status::leader)
                .flatMap(id -> remote(id, A_MOMENT));
    }

    /** Empty while it is not known yet where that manager is. */
    private Optional<Target> remote(String leader, Duration longest) {
        return connections.get().flatMap(network -> {
            try {
                Channel channel = local.address(leader).map(network::to).orElseGet(() -> network.to(leader));
                return Optional.of(new Target(new RemoteControl(channel, longest), Optional.of(leader)));
            } catch (SkepException unknown) {
                return Optional.empty();
            }
        });
    }

    /** See {@link News#seen}. */
    long changes() {
        return news.seen();
    }

    /** See {@link News#await}. */
    boolean await(long seen, Patience patience) {
        return news.await(seen, patience.leftNanos(), RETRY_MILLIS);
    }

    private void checkManager() {
        if (manager.get().isEmpty()) {
            throw notManager();
        }
    }

    private SkepException notManager() {
        if (swarm.get()
                .filter(node -> node.status().state() == Swarm.State.LOCKED)
                .isPresent()) {
            return SkepException.state(
                    "LOCKED",
                    "the swarm is encrypted and needs to be unlocked before it can be used",
                    "use \"swarm unlock\"");
        }
        return SkepException.state(
                "NOT_A_MANAGER",
                "this node is not a swarm manager",
                membership.get().isEmpty()
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
