package org.skep.dispatcher;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.Ids;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.reach.ReachRequest;
import org.skep.store.Change;
import org.skep.store.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's open session. Speaks to the node from the dispatcher's loop, one thing at a time, and only while the node
 * listens: what it has not taken yet is kept as what it will have to know, not as a row of messages.
 */
final class NodeSession {

    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    private final String id = Ids.random();
    private final String nodeId;
    private Origin origin;
    private volatile NodeDescription description;
    private Outlet<SessionMessage> facts;
    private boolean factsDue;
    private Optional<AssignmentStream> assignments = Optional.empty();
    private Optional<Outlet<SubscriptionMessage>> subscriptions = Optional.empty();
    private final Map<String, SubscriptionMessage> unheard = new LinkedHashMap<>();
    private final Questions questions = new Questions();
    private volatile Instant heard;
    private volatile boolean open = true;
    private Farewell farewell = Farewell.NONE;

    NodeSession(
            String nodeId, Origin origin, NodeDescription description, Outlet<SessionMessage> facts, Instant opened) {
        this.nodeId = nodeId;
        this.origin = origin;
        this.description = SoundText.of(description);
        this.facts = facts;
        this.heard = opened;
    }

    String id() {
        return id;
    }

    String nodeId() {
        return nodeId;
    }

    Origin origin() {
        return origin;
    }

    NodeDescription description() {
        return description;
    }

    boolean isOpen() {
        return open;
    }

    /** The node made itself heard. From any thread. */
    void heard(Instant now) {
        heard = now;
    }

    Instant lastHeard() {
        return heard;
    }

    Farewell farewell() {
        return farewell;
    }

    void bids(Farewell value) {
        farewell = value;
    }

    /** The node says something else of itself now, or is somewhere else. */
    void describe(NodeDescription value, Origin from) {
        description = SoundText.of(value);
        origin = from;
    }

    /** The node's object with what its session says of it. */
    Node registered(Node node) {
        NodeStatus.Builder status = node.getStatus().toBuilder()
                .setState(NodeStatus.State.READY)
                .clearMessage()
                .clearSince();
        if (!origin.address().isEmpty()) {
            status.setAddr(origin.address());
        }
        Node.Builder ready = node.toBuilder().setDescription(description).setStatus(status);
        if (node.getRole() == NodeRole.NODE_ROLE_MANAGER
                && !origin.managerAddress().isEmpty()) {
            ready.setManagerStatus(node.getManagerStatus().toBuilder().setAddr(origin.managerAddress()));
        }
        return ready.build();
    }

    /** The node wants to hear the facts this way from now on. */
    void tellThrough(Outlet<SessionMessage> outlet) {
        Outlet<SessionMessage> old = facts;
        facts = outlet;
        factsDue = true;
        old.end(Ending.replaced());
    }

    boolean tellsThrough(Outlet<SessionMessage> outlet) {
        return facts == outlet;
    }

    /** The node wants to hear its assignments, from the start. */
    void assignThrough(Outlet<AssignmentsMessage> outlet) {
        assignments.ifPresent(old -> old.outlet.end(Ending.replaced()));
        assignments = Optional.of(new AssignmentStream(nodeId, outlet));
    }

    /** The node has stopped listening there. */
    void assignNoMoreThrough(Outlet<AssignmentsMessage> outlet) {
        assignments = assignments.filter(stream -> stream.outlet != outlet);
    }

    void subscribeThrough(Outlet<SubscriptionMessage> outlet) {
        subscriptions.ifPresent(old -> old.end(Ending.replaced()));
        subscriptions = Optional.of(outlet);
        unheard.clear();
    }

    /** @return whether the node listened there until now */
    boolean subscribeNoMoreThrough(Outlet<SubscriptionMessage> outlet) {
        boolean listened = subscriptions.filter(outlet::equals).isPresent();
        if (listened) {
            subscriptions = Optional.empty();
            unheard.clear();
        }
        return listened;
    }

    /** The node wants to hear what is asked of it this way. */
    void listenThrough(Outlet<ReachRequest> outlet) {
        questions.through(outlet);
    }

    void listenNoMoreThrough(Outlet<ReachRequest> outlet) {
        questions.noMoreThrough(outlet);
    }

    /** Whether it hears what is asked of it: stock engines do not. */
    boolean listens() {
        return questions.heard();
    }

    /** Asks the node something. The conversation ends with this session. */
    void ask(Conversation conversation) {
        questions.ask(conversation);
        attempt(questions::flush);
        if (!open) {
            questions.breakOff(name());
        }
    }

    private String name() {
        String host = description.getHostname();
        return host.isEmpty() ? nodeId : host + " (" + nodeId + ")";
    }

    /** The full set of facts has to be told. */
    void factsChanged(View view) {
        factsDue = true;
        flush(view);
    }

    void tasksChanged(View view, Collection<Change> changes) {
        assignments.ifPresent(stream -> stream.changed(changes));
        flush(view);
    }

    /** All that is assigned has to be told anew. */
    void tellAll(View view) {
        factsDue = true;
        assignments.ifPresent(AssignmentStream::startOver);
        flush(view);
    }

    void tell(SubscriptionMessage message) {
        boolean neverAsked = message.getClose() && unheard.remove(message.getId()) != null;
        if (!neverAsked) {
            unheard.put(message.getId(), message);
        }
        attempt(this::flushSubscriptions);
    }

    /** Sends as much as the node takes now. */
    void flush(View view) {
        attempt(() -> {
            Optional<Node> node = view.nodes().get(nodeId);
            if (factsDue && node.isPresent() && facts.ready()) {
                factsDue = false;
                facts.send(SessionFacts.of(id, node.get(), view));
            }
            assignments.ifPresent(stream -> stream.flush(view));
            flushSubscriptions();
            questions.flush();
        });
    }

    private void flushSubscriptions() {
        while (!unheard.isEmpty() && subscriptions.filter(Outlet::ready).isPresent()) {
            String first = unheard.keySet().iterator().next();
            subscriptions.get().send(unheard.remove(first));
        }
    }

    /** A node whose messages cannot be sent loses its session, and no one else's. */
    private void attempt(Runnable step) {
        if (!open) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("session of node {}: {}", nodeId, e.getMessage(), e);
            end(Ending.failed());
        }
    }

    /** The node is not there to listen any more. */
    void abandon() {
        open = false;
        questions.breakOff(name());
    }

    void end(Ending ending) {
        if (!open) {
            return;
        }
        open = false;
        questions.breakOff(name());
        try {
            questions.end(ending);
            subscriptions.ifPresent(outlet -> outlet.end(ending));
            assignments.ifPresent(stream -> stream.outlet.end(ending));
            facts.end(ending);
        } catch (RuntimeException e) {
            LOG.error("end of the session of node {}: {}", nodeId, e.getMessage(), e);
        }
    }

    /** One stream of assignments; its messages are numbered from one. */
    private static final class AssignmentStream {
        private final Outlet<AssignmentsMessage> outlet;
        private final Assignments assignments;
        private final Map<String, Change> untold = new HashMap<>();
        private boolean complete;

        AssignmentStream(String nodeId, Outlet<AssignmentsMessage> outlet) {
            this.outlet = outlet;
            this.assignments = new Assignments(nodeId);
        }

        void startOver() {
            complete = false;
        }

        void changed(Collection<Change> changes) {
            if (!complete) {
                return;
            }
            for (Change change : changes) {
                untold.merge(change.id(), change, AssignmentStream::both);
            }
            untold.values()
                    .removeIf(change ->
                            change.before() == null && change.after() == null && !assignments.told(change.id()));
        }

        private static Change both(Change first, Change last) {
            return new Change(last.kind(), last.id(), first.before(), last.after());
        }

        void flush(View view) {
            if (!complete && outlet.ready()) {
                complete = true;
                untold.clear();
                outlet.send(assignments.complete(view));
            } else if (!untold.isEmpty() && outlet.ready()) {
                Optional<AssignmentsMessage> message = assignments.incremental(view, untold.values());
                untold.clear();
                message.ifPresent(outlet::send);
            }
        }
    }
}
