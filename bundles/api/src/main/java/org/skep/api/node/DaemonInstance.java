package org.skep.api.node;

/**
 * This run of the daemon. A service that the launcher registers. Two daemons that run with copies of one state directory
 * have the same identity in the swarm, but not the same instance.
 *
 * @param id random, new with every start
 */
public record DaemonInstance(String id) {}
