package org.skep.node;

import org.skep.api.node.SwarmMembership;

/**
 * Who this node is in its swarm.
 *
 * @param phase how far it is in or out of it
 */
record Identity(String nodeId, String clusterId, Phase phase) {

    enum Phase {
        /** {@code swarm init} has begun and nobody was told that it is done: what it left is removed at the next start. */
        CREATING,
        MEMBER,
        /** {@code swarm leave} has begun to delete: the next start goes on with it. */
        LEAVING
    }

    Identity in(Phase next) {
        return new Identity(nodeId, clusterId, next);
    }

    SwarmMembership membership() {
        return new SwarmMembership(nodeId, clusterId);
    }
}
