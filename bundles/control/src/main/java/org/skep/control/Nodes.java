package org.skep.control;

import java.util.List;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;

/** Nodes. References are a full ID, an exact host name, a unique prefix of an ID, or {@code self}. */
public interface Nodes {

    List<Node> list();

    Node get(String reference);

    /**
     * Changes what is wanted of a node, its role among other things. Asking for the role it has is right, and changes nothing.
     *
     * @param version the node's version that {@code spec} was derived from
     * @throws org.skep.api.SkepException {@code LAST_MANAGER}; {@code QUORUM_LOSS} if too few of the managers that would be
     *     left can be reached; {@code NODE_DOWN} for the promotion of a node that is down
     */
    Node update(String id, long version, NodeSpec spec);

    /**
     * Removes a node from the swarm; its certificate is not accepted any more.
     *
     * @param force also one that is not down
     * @throws org.skep.api.SkepException {@code NODE_NOT_DOWN}; {@code NODE_IS_MANAGER} also with force
     */
    void remove(String reference, boolean force);
}
