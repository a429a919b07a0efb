package org.skep.control;

import java.util.List;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;

/** Nodes. References are a full ID, an exact host name, a unique prefix of an ID, or {@code self}. */
public interface Nodes {

    List<Node> list();

    Node get(String reference);

    /** @param version the node's version that {@code spec} was derived from */
    Node update(String id, long version, NodeSpec spec);

    /**
     * Removes a node from the swarm; its certificate is not accepted any more.
     *
     * @param force also one that is not down
     * @throws org.skep.api.SkepException {@code NODE_NOT_DOWN}; {@code NODE_IS_MANAGER} also with force
     */
    void remove(String reference, boolean force);
}
