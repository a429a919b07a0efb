package org.skep.dispatcher;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.reach.ReachRequest;
import org.skep.store.Store;
import org.skep.store.loop.Loop;

/** What nodes elsewhere may do with their sessions. For any thread; all but a heartbeat happens on the loop. */
final class SessionDesk {

    private final Loop loop;
    private final Store store;
    private final Sessions sessions;
    private final LogSubscriptions logs;

    SessionDesk(Loop loop, Store store, Sessions sessions, LogSubscriptions logs) {
        this.loop = loop;
        this.store = store;
        this.sessions = sessions;
        this.logs = logs;
    }

    void enter(
            String nodeId,
            String sessionId,
            NodeDescription description,
            Origin origin,
            Outlet<SessionMessage> outlet) {
        loop.execute(() -> sessions.enter(nodeId, sessionId, description, origin, outlet));
    }

    void leave(String nodeId, Outlet<SessionMessage> outlet) {
        loop.execute(() -> sessions.leave(nodeId, outlet));
    }

    /**
     * The node with this session lets itself be heard.
     *
     * @throws io.grpc.StatusRuntimeException if it has no session, or another one
     */
    NodeSession hear(String nodeId, String sessionId) {
        NodeSession session = hear(nodeId);
        if (!session.id().equals(sessionId)) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("node " + nodeId + " has another session")
                    .asRuntimeException();
        }
        return session;
    }

    /** As {@link #hear(String, String)}, for a call that does not name the session. */
    NodeSession hear(String nodeId) {
        Optional<NodeSession> session = sessions.of(nodeId);
        if (session.isEmpty()) {
            throw Status.NOT_FOUND
                    .withDescription("node " + nodeId + " has no session")
                    .asRuntimeException();
        }
        session.get().heard(loop.now());
        return session.get();
    }

    void goodbye(String nodeId, String sessionId, Farewell farewell) {
        loop.execute(() -> sessions.goodbye(nodeId, sessionId, farewell));
    }

    /** The time between heartbeats that the cluster asks for. */
    Duration period() {
        return Periods.of(store.view()).heartbeat();
    }

    void assign(NodeSession session, Outlet<AssignmentsMessage> outlet) {
        loop.execute(() -> {
            if (session.isOpen()) {
                session.assignThrough(outlet);
                session.flush(store.view());
            } else {
                outlet.end(Ending.replaced());
            }
        });
    }

    void assignNoMore(NodeSession session, Outlet<AssignmentsMessage> outlet) {
        loop.execute(() -> session.assignNoMoreThrough(outlet));
    }

    void subscribe(NodeSession session, Outlet<SubscriptionMessage> outlet) {
        loop.execute(() -> {
            if (session.isOpen()) {
                session.subscribeThrough(outlet);
                logs.nodeCame(session);
            } else {
                outlet.end(Ending.replaced());
            }
        });
    }

    void subscribeNoMore(NodeSession session, Outlet<SubscriptionMessage> outlet) {
        loop.execute(() -> {
            if (session.subscribeNoMoreThrough(outlet)) {
                logs.nodeLeft(session);
            }
        });
    }

    void listen(NodeSession session, Outlet<ReachRequest> outlet) {
        loop.execute(() -> {
            if (session.isOpen()) {
                session.listenThrough(outlet);
            } else {
                outlet.end(Ending.replaced());
            }
        });
    }

    void listenNoMore(NodeSession session, Outlet<ReachRequest> outlet) {
        loop.execute(() -> session.listenNoMoreThrough(outlet));
    }

    /** The node takes messages again. */
    void flush(String nodeId) {
        loop.execute(() -> sessions.of(nodeId).ifPresent(session -> session.flush(store.view())));
    }
}
