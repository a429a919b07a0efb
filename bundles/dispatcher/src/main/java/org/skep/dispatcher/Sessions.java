package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.Task;
import org.skep.store.Change;
import org.skep.store.Consensus.Member;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/** The open sessions: who is there, and what each node has to be told. Used on the loop, unless a method says otherwise. */
final class Sessions implements Reconciler {

    private final Store store;
    private final LogSubscriptions logs;
    private final Evidence evidence;
    private final Absences absences;
    private final Contests contests = new Contests();
    private final RegistrationLimit limit = new RegistrationLimit();
    private final Map<String, NodeSession> byNode = new ConcurrentHashMap<>();
    private final Set<NodeSession> arriving = new LinkedHashSet<>();

    private Timers timers;

    /** @param managers as the leader sees them; empty if it does not know */
    Sessions(Store store, LogSubscriptions logs, HostProbe probe, Supplier<List<Member>> managers) {
        this.store = store;
        this.logs = logs;
        this.evidence = new Evidence(probe, managers);
        this.absences = new Absences(store, evidence);
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
        absences.attach(clock);
    }

    /** The session of a node, once it is registered. From any thread. */
    Optional<NodeSession> of(String nodeId) {
        return Optional.ofNullable(byNode.get(nodeId)).filter(NodeSession::isOpen);
    }

    /**
     * A node opens a session, or describes itself anew.
     *
     * @param sessionId the one that it has, or believes to have
     */
    void enter(
            String nodeId,
            String sessionId,
            NodeDescription description,
            Origin origin,
            Outlet<SessionMessage> outlet) {
        absences.heard(nodeId);
        of(nodeId)
                .filter(session -> !session.origin().differs(origin))
                .ifPresent(session -> session.heard(timers.now()));
        if (!limit.admits(nodeId, origin, timers.now())) {
            outlet.end(Ending.tooOften(nodeId));
            return;
        }
        Optional<NodeSession> present =
                of(nodeId).filter(session -> session.id().equals(sessionId));
        if (present.isPresent() && !present.get().origin().differs(origin)) {
            present.get().describe(description, origin);
            present.get().tellThrough(outlet);
            arrive(present.get());
        } else {
            open(new NodeSession(nodeId, origin, description, outlet, timers.now()));
        }
    }

    /** As often as one likes: meant for the node of this very daemon. */
    void open(NodeSession session) {
        arrive(session);
    }

    /** What the node of an open session says of itself has changed. */
    void describe(NodeSession session, NodeDescription description, Origin origin) {
        if (session.isOpen()) {
            session.describe(description, origin);
            arrive(session);
        }
    }

    private void arrive(NodeSession session) {
        arriving.add(session);
        timers.after(Duration.ZERO, this::register);
    }

    /** The node does not listen there any more, so that its session is over. */
    void leave(String nodeId, Outlet<SessionMessage> outlet) {
        NodeSession session = byNode.get(nodeId);
        if (session != null && session.tellsThrough(outlet)) {
            session.abandon();
            left(session);
        }
        arriving.removeIf(waiting -> waiting != session && waiting.tellsThrough(outlet));
        contests.leave(outlet);
    }

    /** The node closed its session, or its connection broke; another one may follow soon. */
    void left(NodeSession session) {
        arriving.remove(session);
        contests.leave(session);
        if (!byNode.remove(session.nodeId(), session)) {
            return;
        }
        logs.nodeLeft(session.nodeId());
        miss(session);
        contests.over(session.nodeId()).forEach(this::arrive);
    }

    /** The node will end its session, or has just done so, and says why. */
    void goodbye(String nodeId, String sessionId, Farewell farewell) {
        Optional<NodeSession> present = of(nodeId);
        if (present.isEmpty()) {
            absences.excuse(nodeId, grace(farewell, Periods.of(store.view())));
        } else if (present.get().id().equals(sessionId)) {
            present.get().bids(farewell);
        }
    }

    private static Duration grace(Farewell farewell, Periods periods) {
        return switch (farewell) {
            case NONE -> periods.grace();
            case STOPS -> periods.longGrace();
            case LEAVES -> Duration.ZERO;
        };
    }

    /**
     * A host that is there closes its connections when a daemon ends; so a node that was heard until then may be back
     * soon. One that was silent before its connection was given up may have lost its host.
     */
    private void miss(NodeSession session) {
        Periods periods = Periods.of(store.view());
        Duration silence = evidence.since(session.lastHeard(), timers.now());
        if (session.farewell() == Farewell.NONE && silence.compareTo(periods.justNow()) > 0) {
            absences.begin(session.nodeId(), periods.grace(), silence, periods.silence(session.origin()));
        } else {
            absences.begin(session.nodeId(), grace(session.farewell(), periods));
        }
    }

    /** Registers who has come since the last time, in one transaction. */
    private void register() throws InterruptedException {
        if (arriving.isEmpty()) {
            return;
        }
        List<NodeSession> batch = List.copyOf(arriving);
        Set<String> known = store.update(tx -> {
            Set<String> found = new LinkedHashSet<>();
            for (NodeSession session : batch) {
                tx.nodes().get(session.nodeId()).ifPresent(node -> {
                    found.add(node.getId());
                    Node ready = session.registered(node);
                    if (!contested(session) && !ready.equals(node)) {
                        tx.update(ready);
                    }
                });
            }
            return found;
        });
        batch.forEach(arriving::remove);
        for (NodeSession session : batch) {
            if (known.contains(session.nodeId())) {
                registered(session);
            } else {
                session.end(Ending.unknown(session.nodeId()));
            }
        }
    }

    /** Another daemon with the same identity has a session. */
    private boolean contested(NodeSession session) {
        return of(session.nodeId())
                .filter(present -> present.origin().differs(session.origin()))
                .isPresent();
    }

    private void registered(NodeSession session) {
        NodeSession before = byNode.get(session.nodeId());
        View view = store.view();
        if (!session.isOpen()) {
            return;
        }
        if (before == session) {
            session.flush(view);
            return;
        }
        if (contested(session)) {
            contests.begin(session, timers.now());
            timers.after(Periods.of(view).justNow(), () -> judge(session));
            return;
        }
        byNode.put(session.nodeId(), session);
        session.heard(timers.now());
        absences.end(session.nodeId());
        if (before != null) {
            before.end(Ending.replaced());
            logs.nodeLeft(session.nodeId());
        }
        session.tellAll(view);
        if (session.origin().local()) {
            logs.nodeCame(session);
        }
    }

    private void judge(NodeSession session) {
        Optional<NodeSession> present = of(session.nodeId());
        switch (contests.judge(session, present)) {
            case WAITS_NO_MORE -> {}
            case COPY ->
                session.end(Ending.duplicate(
                        session.nodeId(), present.orElseThrow().origin().address()));
            case HEIR -> {
                present.ifPresent(dead -> {
                    dead.end(Ending.replaced());
                    left(dead);
                });
                arrive(session);
            }
        }
    }

    @Override
    public void resync(View view) throws InterruptedException {
        // Whoever has a session gets everything anew: it costs little, and nothing can be missing.
        byNode.values().forEach(session -> session.tellAll(view));
        absences.resync(view, byNode.keySet());
        logs.refresh(view);
        arriving.addAll(contests.allOver());
        if (!arriving.isEmpty()) {
            timers.after(Duration.ZERO, this::register);
        }
        look();
    }

    /** Finds out who is silent, again and again. */
    private void look() throws InterruptedException {
        Instant now = timers.now();
        evidence.look(now);
        View view = store.view();
        Periods periods = Periods.of(view);
        for (NodeSession session : byNode.values()) {
            if (!session.origin().local() && lost(session, view, now, periods)) {
                session.end(Ending.silent(session.nodeId()));
                byNode.remove(session.nodeId(), session);
                logs.nodeLeft(session.nodeId());
                absences.begin(session.nodeId(), Duration.ZERO);
                contests.over(session.nodeId()).forEach(this::arrive);
            }
        }
        absences.look(view);
        timers.after(SessionWatch.INTERVAL, this::look);
    }

    private boolean lost(NodeSession session, View view, Instant now, Periods periods) {
        // not since the look began: what was heard meanwhile would lie in the future, as after a jump of the clock
        Duration silence = evidence.since(session.lastHeard(), timers.now());
        if (silence.compareTo(periods.suspicious(session.origin())) < 0) {
            evidence.heard(session.nodeId());
            evidence.meet(session.nodeId(), view);
            return false;
        }
        Duration limit = periods.grace();
        if (evidence.manages(session.nodeId())) {
            limit = periods.longGrace();
        } else if (evidence.hostGone(session.nodeId(), view, now)) {
            limit = periods.silence(session.origin());
        }
        return silence.compareTo(limit) >= 0;
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
                nodeChanged(change, newFacts);
            }
        }
        newFacts.forEach(session -> session.factsChanged(view));
        tasksByNode.forEach((node, tasks) -> byNode.get(node).tasksChanged(view, tasks));
        logs.refresh(view);
    }

    private void nodeChanged(Change change, Set<NodeSession> newFacts) {
        NodeSession session = byNode.get(change.id());
        if (change.deleted()) {
            absences.removed(change.id());
            limit.forget(change.id());
            if (session != null) {
                byNode.remove(change.id());
                session.end(Ending.removed(change.id()));
                logs.nodeLeft(change.id());
            }
            return;
        }
        if (managerChanged((Node) change.before(), (Node) change.after())) {
            newFacts.addAll(byNode.values());
        } else if (session != null && tellsTheNode((Node) change.before(), (Node) change.after())) {
            newFacts.add(session);
        }
        if (roleChanged((Node) change.before(), (Node) change.after())) {
            limit.forget(change.id());
        }
        absences.nodeChanged((Node) change.after());
    }

    /** The node has to come anew because it was told to. */
    private static boolean roleChanged(Node before, Node after) {
        return before != null && before.getRole() != after.getRole();
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

    /** After the loop has stopped. */
    void close() {
        Set<NodeSession> all = new LinkedHashSet<>(byNode.values());
        all.addAll(arriving);
        all.addAll(contests.allOver());
        byNode.clear();
        arriving.clear();
        all.forEach(session -> session.end(Ending.noLongerLeading()));
    }

    @Override
    public String toString() {
        return "dispatcher";
    }
}
