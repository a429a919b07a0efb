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
}
