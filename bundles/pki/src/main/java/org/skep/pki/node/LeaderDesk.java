package org.skep.pki.node;

import org.skep.api.node.NodeIdentity;

/** This manager's own desk, present while it leads: a node does not call itself over the network. */
public interface LeaderDesk {

    /** The desk for this very node. */
    Desk forNode(NodeIdentity self);
}
