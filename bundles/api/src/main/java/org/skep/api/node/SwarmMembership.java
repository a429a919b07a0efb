package org.skep.api.node;

/**
 * This node's identity in its swarm. A service, present while the node belongs to a swarm.
 *
 * @param nodeId 25 characters, for as long as the node stays in the swarm
 * @param clusterId the swarm's
 */
public record SwarmMembership(String nodeId, String clusterId) {}
