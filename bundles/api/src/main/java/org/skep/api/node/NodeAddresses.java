package org.skep.api.node;

/**
 * Where this node is to be found. A service, present while it belongs to a swarm; registered anew when an address changes.
 *
 * @param listen where it listens while it is a manager; consensus listens at {@link Endpoint#raft}
 * @param advertise where others reach it, as host name or address
 */
public record NodeAddresses(Endpoint listen, Endpoint advertise) {}
