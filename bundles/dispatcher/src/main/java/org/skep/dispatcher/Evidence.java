package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.skep.store.Consensus.Member;
import org.skep.store.View;

/**
 * What the leader knows of a node besides its session: how long nothing was heard of it while the leader itself was awake,
 * whether the other managers hear it, and whether its host answers. Used on the loop.
 */
final class Evidence {

    private final SessionWatch watch = new SessionWatch();
    private final Hosts hosts;
    private final Supplier<List<Member>> members;
    private Map<String, Boolean> managers = Map.of();

    /** @param members the managers as the leader sees them; empty if it does not know */
    Evidence(HostProbe probe, Supplier<List<Member>> members) {
        this.hosts = new Hosts(probe);
        this.members = members;
    }

    /** The leader is awake at this moment, and looks around. */
    void look(Instant now) {
        watch.look(now);
        managers = members.get().stream().collect(Collectors.toMap(Member::nodeId, Member::reachable));
    }

    /** How much of the time since some moment counts. */
    Duration since(Instant moment, Instant now) {
        return watch.since(moment, now);
    }

    /** The node is a manager, and in touch with the leader as such: its daemon runs, however slowly. */
    boolean manages(String nodeId) {
        return managers.getOrDefault(nodeId, false);
    }

    /** The node is a manager, and the leader does not hear it as such. */
    boolean missedByManagers(String nodeId) {
        return !managers.getOrDefault(nodeId, true);
    }

    /** The node is there: good to know what its host does then. */
    void meet(String nodeId, View view) {
        hosts.meet(nodeId, view);
    }

    /** @return whether the node's host is silent, too; the first call only asks */
    boolean hostGone(String nodeId, View view, Instant now) {
        return !manages(nodeId) && hosts.gone(nodeId, view, now);
    }

    /** The node was heard. */
    void heard(String nodeId) {
        hosts.heard(nodeId);
    }

    /** The node is no part of the swarm any more. */
    void forget(String nodeId) {
        hosts.forget(nodeId);
    }
}
