package org.skep.api.node;

/**
 * Hears what the managers say of this node. A service, present while this node belongs to a swarm; the worker session calls
 * it with every message, on its own thread: it must hand over and return at once.
 */
public interface NodeFacts {

    void told(Facts facts);

    /**
     * @param manager whether this node is to be a manager; it is its business to become one, or to cease to be one
     * @param renew whether it is to renew its certificate now
     * @param roots the certificates to trust, as PEM
     */
    record Facts(boolean manager, boolean renew, byte[] roots) {}
}
