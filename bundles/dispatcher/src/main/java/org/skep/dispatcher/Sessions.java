package org.skep.dispatcher;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeStatus.State;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.Task;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/** The open sessions: who is there, and what each node has to be told. */
final class Sessions implements Reconciler {

    private final Store store;
    private final LogSubscriptions logs;
    private final Absences absences;
    private final Map<String, NodeSession> byNode = new HashMap<>();
    private final Map<NodeSession, NodeDescription> arriving = new LinkedHashMap<>();
    private Timers timers;

    Sessions(Store store, LogSubscriptions logs) {
        this.store = store;
        this.logs = logs;
        this.absences = new Absences(store);
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
        absences.attach(clock);
    }

    void open(NodeSession session, NodeDescription description) {
        arriving.put(session, description);
        timers.after(Duration.ZERO, this::register);
    }

    void describe(NodeSession session, NodeDescription description) {
        if (session.isOpen()) {
            arriving.put(session, description);
            timers.after(Duration.ZERO, this::register);
        }
    }

    /** The node closed its session; another one may follow soon. */
    void left(NodeSession session) {
        arriving.remove(session);
        if (byNode.remove(session.nodeId(), session)) {
            logs.nodeLeft(session.nodeId());
            absences.begin(session.nodeId());
        }
    }

    /** Registers who has come since the last time, in one transaction. */
    private void register() throws InterruptedException {
        if (arriving.isEmpty()) {
            return;
        }
        Map<NodeSession, NodeDescription> batch = new LinkedHashMap<>(arriving);
        Set<String> known = store.update(tx -> {
            Set<String> found = new LinkedHashSet<>();
            batch.forEach(
                    (session, description) -> tx.nodes().get(session.nodeId()).ifPresent(node -> {
                        found.add(node.getId());
                        Node ready = ready(node, description);
                        if (!ready.equals(node)) {
                            tx.update(ready);
                        }
                    }));
            return found;
        });
        arriving.keySet().removeIf(session -> batch.get(session) == arriving.get(session));
        for (NodeSession session : batch.keySet()) {
            if (known.contains(session.nodeId())) {
                registered(session);
            } else {
                session.end("node " + session.nodeId() + " is not part of this swarm");
            }
        }
    }

    private static Node ready(Node node, NodeDescription description) {
        return node.toBuilder()
                .setDescription(description)
                .setStatus(node.getStatus().toBuilder().setState(State.READY).clearMessage())
                .build();
    }

    private void registered(NodeSession session) {
        NodeSession before = byNode.get(session.nodeId());
        if (!session.isOpen() || before == session) {
            return;
        }
        byNode.put(session.nodeId(), session);
        absences.end(session.nodeId());
        if (before != null) {
            before.end("replaced by another session of the same node");
            logs.nodeLeft(session.nodeId());
        }
        View view = store.view();
        sayFacts(session, view);
        AssignmentsMessage assignments = session.assignments().complete(view);
        session.tell(node -> node.assignments(assignments));
        logs.nodeCame(session);
    }

    @Override
    public void resync(View view) throws InterruptedException {
        // Whoever has a session gets everything anew: it costs little, and nothing can be missing.
        for (NodeSession session : byNode.values()) {
            sayFacts(session, view);
            AssignmentsMessage assignments = session.assignments().complete(view);
            session.tell(node -> node.assignments(assignments));
        }
        absences.resync(view, byNode.keySet());
        logs.refresh(view);
        if (!arriving.isEmpty()) {
            timers.after(Duration.ZERO, this::register);
        }
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        Map<String, List<Change>> tasksByNode = new HashMap<>();
        Set<NodeSession> newFacts = new LinkedHashSet<>();
        for (Change change : changes) {
            if (change.kind() == Kind.TASK) {
                Task task = (Task) Objects.requireNonNullElse(change.after(), change.before());
                if (byNode.containsKey(task.getNodeId())) {
                    tasksByNode
                            .computeIfAbsent(task.getNodeId(), node -> new ArrayList<>())
                            .add(change);
                }
            } else if (change.kind() == Kind.CLUSTER) {
                newFacts.addAll(byNode.values());
            } else if (change.kind() == Kind.NODE) {
                nodeChanged(view, change, newFacts);
            }
        }
        newFacts.forEach(session -> sayFacts(session, view));
        tasksByNode.forEach((node, tasks) -> sayAssignments(byNode.get(node), view, tasks));
        logs.refresh(view);
    }

    private void nodeChanged(View view, Change change, Set<NodeSession> newFacts) {
        NodeSession session = byNode.get(change.id());
        if (change.deleted()) {
            absences.end(change.id());
            if (session != null) {
                byNode.remove(change.id());
                session.end("node " + change.id() + " was removed from the swarm");
                logs.nodeLeft(change.id());
            }
            return;
        }
        if (managerChanged((Node) change.before(), (Node) change.after())) {
            newFacts.addAll(byNode.values());
        } else if (session != null && tellsTheNode((Node) change.before(), (Node) change.after())) {
            newFacts.add(session);
        }
        absences.nodeChanged((Node) change.after());
    }

    private static boolean managerChanged(Node before, Node after) {
        return before == null
                ? after.hasManagerStatus()
                : !before.getManagerStatus().equals(after.getManagerStatus());
    }

    private static boolean tellsTheNode(Node before, Node after) {
        return before == null
                || !before.toBuilder()
                        .clearMeta()
                        .clearStatus()
                        .build()
                        .equals(after.toBuilder().clearMeta().clearStatus().build());
    }

    private void sayAssignments(NodeSession session, View view, List<Change> tasks) {
        Optional<AssignmentsMessage> message = session.assignments().incremental(view, tasks);
        message.ifPresent(assignments -> session.tell(node -> node.assignments(assignments)));
    }

    private static void sayFacts(NodeSession session, View view) {
        Optional<Node> node = view.nodes().get(session.nodeId());
        if (node.isPresent()) {
            SessionMessage facts = SessionFacts.of(session.id(), node.get(), view);
            session.tell(listener -> listener.session(facts));
        }
    }

    void close(String reason) {
        List<NodeSession> all = new ArrayList<>(byNode.values());
        all.addAll(arriving.keySet());
        byNode.clear();
        arriving.clear();
        all.forEach(session -> session.end(reason));
    }

    @Override
    public String toString() {
        return "dispatcher";
    }
}
