package org.skep.dispatcher;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.skep.api.SkepException;
import org.skep.protocol.Ids;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.ReachBroker;
import org.skep.store.Store;
import org.skep.store.loop.Loop;

/**
 * What is asked of nodes, and has not been answered in full. Only the node that was asked may answer. A conversation ends
 * with the session on which it was asked. For any thread.
 */
final class Conversations implements ReachBroker {

    /** A node that is only changing managers is back by then, and one that listens has come to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Store store;
    private final Loop loop;
    private final Sessions sessions;
    private final Map<String, Conversation> open = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Conversations(Store store, Loop loop, Sessions sessions) {
        this.store = store;
        this.loop = loop;
        this.sessions = sessions;
    }

    @Override
    public Intake<ToNode> ask(String nodeId, ReachRequest request, Intake<FromNode> answers) {
        ReachRequest named = request.toBuilder().setId(Ids.random()).build();
        Conversation conversation = new Conversation(
                nodeId, named, answers, over -> open.remove(over.request().getId()));
        open.put(named.getId(), conversation);
        if (closed) {
            conversation.fail(notLeading());
        }
        loop.execute(() -> tell(conversation, PATIENCE));
        loop.after(PATIENCE.multipliedBy(2), () -> {
            if (!conversation.joined()) {
                conversation.fail(silent(nodeId, "did not answer"));
            }
        });
        return conversation.asker();
    }

    private void tell(Conversation conversation, Duration left) {
        if (conversation.over()) {
            return;
        }
        String nodeId = conversation.nodeId();
        Optional<NodeSession> session = sessions.of(nodeId).filter(NodeSession::listens);
        if (session.isPresent()) {
            session.get().ask(conversation);
        } else if (down(nodeId) || left.isNegative() || left.isZero()) {
            boolean stranger = sessions.of(nodeId).isPresent();
            conversation.fail(silent(nodeId, stranger ? "does not take commands" : "is not connected"));
        } else {
            loop.after(LOOK_EVERY, () -> tell(conversation, left.minus(LOOK_EVERY)));
        }
    }

    private boolean down(String nodeId) {
        return store.view()
                .nodes()
                .get(nodeId)
                .filter(node -> node.getStatus().getState() != NodeStatus.State.DOWN)
                .isEmpty();
    }

    private SkepException silent(String nodeId, String what) {
        String host = store.view()
                .nodes()
                .get(nodeId)
                .map(Node::getDescription)
                .map(description -> description.getHostname())
                .orElse("");
        return SkepException.state(
                "NODE_UNREACHABLE",
                "node " + (host.isEmpty() ? nodeId : host + " (" + nodeId + ")") + " " + what,
                "\"node ls\" says how the nodes are");
    }

    /**
     * The node comes to answer.
     *
     * @return for its answers
     * @throws SkepException {@code NOT_FOUND} if nobody has asked it that, or does not want to know any more
     */
    Intake<FromNode> join(String nodeId, String requestId, Intake<ToNode> toNode) {
        Conversation conversation = open.get(requestId);
        if (conversation == null || !conversation.nodeId().equals(nodeId)) {
            throw SkepException.state("NOT_FOUND", "nobody asks node " + nodeId + " for " + requestId, "");
        }
        return conversation.join(toNode);
    }

    private static SkepException notLeading() {
        return SkepException.state("LEADER_LOST", "this manager no longer leads", "try again");
    }

    /** After the loop has stopped. */
    void close() {
        closed = true;
        List.copyOf(open.values()).forEach(conversation -> conversation.fail(notLeading()));
    }
}
