package org.skep.dispatcher;

import java.util.function.Consumer;
import org.skep.protocol.Ids;
import org.skep.protocol.session.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's open session. Speaks to the node from the dispatcher's thread, one thing at a time. */
final class NodeSession {

    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    private final String id = Ids.random();
    private final String nodeId;
    private final SessionListener listener;
    private final Assignments assignments;
    private volatile boolean open = true;

    NodeSession(String nodeId, SessionListener listener) {
        this.nodeId = nodeId;
        this.listener = listener;
        this.assignments = new Assignments(nodeId);
    }

    String id() {
        return id;
    }

    String nodeId() {
        return nodeId;
    }

    Assignments assignments() {
        return assignments;
    }

    boolean isOpen() {
        return open;
    }

    /** The node is not there to listen any more. */
    void abandon() {
        open = false;
    }

    void end(String reason) {
        tell(node -> {
            open = false;
            node.closed(reason);
        });
    }

    /** A listener that fails loses its session, and no one else's. */
    void tell(Consumer<SessionListener> message) {
        if (!open) {
            return;
        }
        try {
            message.accept(listener);
        } catch (RuntimeException e) {
            LOG.error("session of node {}: {}", nodeId, e.getMessage(), e);
            end("the node could not take a message");
        }
    }
}
