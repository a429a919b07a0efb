package org.skep.api.node;

/**
 * Hears what the managers say of this node. A service, present while this node belongs to a swarm; the worker session calls
 * it with every message, on its own thread: it must hand over and return at once.
 */
public interface NodeFacts {

    void told(Facts facts);

    /**
     * The managers do not want this node: it was removed from the swarm, or its certificate does not count any more. It
     * stays as it is until the operator makes it leave. Holds until it is told something again.
     *
     * @param reason one line
     */
    default void refused(String reason) {}

    /**
     * @param version of the node object this was read from: it grows with every change, so that what comes late from a
     *     manager that does not lead any more is known by its lower number. Only a swarm that was made anew from what one
     *     manager had begins again with lower numbers
     * @param lasting whether the session has lasted for longer than a manager would have taken to notice that it does not
     *     lead any more: what it says then counts, whatever its number
     * @param manager whether this node is to be a manager; it is its business to become one, or to cease to be one
     * @param renew whether it is to renew its certificate now
     * @param roots the certificates to trust, as PEM
     */
    record Facts(long version, boolean lasting, boolean manager, boolean renew, byte[] roots) {}
}
