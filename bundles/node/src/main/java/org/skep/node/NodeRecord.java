package org.skep.node;

import java.util.List;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.SwarmMembership;

/**
 * What a node has to know of itself and its swarm when it starts.
 *
 * @param nodeId empty until a manager has given one
 * @param clusterId empty until it is known
 * @param phase how far the node is in or out of the swarm
 * @param start how it begins to be a manager, if it is one
 * @param managers where the managers are, as last heard
 */
record NodeRecord(
        String nodeId,
        String clusterId,
        Phase phase,
        ManagerStart start,
        Place place,
        List<KnownManagers.Manager> managers) {

    enum Phase {
        /** {@code swarm init} has begun and nobody was told that it is done: what it left is removed at the next start. */
        CREATING,
        /** {@code swarm join} has begun and has no certificate yet: what it left is removed at the next start. */
        JOINING,
        MEMBER,
        /** {@code swarm leave} has begun to delete: the next start goes on with it. */
        LEAVING
    }

    NodeRecord {
        managers = List.copyOf(managers);
    }

    /** The first manager of a swarm that is not there yet. */
    static NodeRecord creating(String nodeId, String clusterId, Place place) {
        return new NodeRecord(
                nodeId,
                clusterId,
                Phase.CREATING,
                ManagerStart.FOUND,
                place,
                List.of(new KnownManagers.Manager(nodeId, place.advertise())));
    }

    /** A node that nobody knows yet. */
    static NodeRecord joining(Place place, KnownManagers.Manager manager) {
        return new NodeRecord("", "", Phase.JOINING, ManagerStart.JOIN, place, List.of(manager));
    }

    NodeRecord in(Phase next) {
        return new NodeRecord(nodeId, clusterId, next, start, place, managers);
    }

    /** A member that, as a manager, goes on with the state it has. */
    NodeRecord member(String node, String cluster) {
        return new NodeRecord(node, cluster, Phase.MEMBER, ManagerStart.JOIN, place, managers);
    }

    NodeRecord starting(ManagerStart next) {
        return new NodeRecord(nodeId, clusterId, phase, next, place, managers);
    }

    NodeRecord at(Place next) {
        return new NodeRecord(nodeId, clusterId, phase, start, next, managers);
    }

    NodeRecord knowing(List<KnownManagers.Manager> next) {
        return new NodeRecord(nodeId, clusterId, phase, start, place, next);
    }

    boolean is(Phase other) {
        return phase == other;
    }

    SwarmMembership membership() {
        return new SwarmMembership(nodeId, clusterId);
    }

    /** This node as others know it. */
    KnownManagers.Manager self() {
        return new KnownManagers.Manager(nodeId, place.advertise());
    }
}
