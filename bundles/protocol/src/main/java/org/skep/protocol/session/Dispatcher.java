package org.skep.protocol.session;

import org.skep.protocol.NodeDescription;

/**
 * The manager side of the worker session. One service of this type is present wherever a manager can be reached: the
 * manager in this JVM, or a connection to another one.
 */
public interface Dispatcher {

    /**
     * Registers this node with the manager and opens its session.
     *
     * @param nodeId the node that opens the session
     * @param description what the node says of itself
     * @param listener told of everything the manager sends; calls arrive one at a time
     */
    WorkerSession open(String nodeId, NodeDescription description, SessionListener listener);
}
