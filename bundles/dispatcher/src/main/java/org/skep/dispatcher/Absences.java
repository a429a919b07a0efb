package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.NodeStatus.State;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Loop.Timer;
import org.skep.store.loop.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes without a session: DOWN after a grace period, and a day later their tasks are given up. A new leader does not
 * know who is there; it waits longer before it says so, except for a manager whose host is plainly gone.
 */
final class Absences {

    private static final Logger LOG = LoggerFactory.getLogger(Absences.class);

    private static final Duration UNTIL_ORPHANED = Duration.ofHours(24);

    /** A manager that the others do not reach, and whose host does not answer either, is gone. One that restarts is not. */
    private static final Duration UNTIL_GONE = Duration.ofMillis(1_500);

    private final Store store;
    private final Evidence evidence;
    private final Map<String, Absence> expected = new HashMap<>();
    private final Map<String, Timer> givenUp = new HashMap<>();

    private Timers timers;

    /**
     * A node that is down if it has no session by then. Only time counts in which the leader was awake.
     *
     * @param since when it is known to have been there, or the leader began to wait for it
     * @param grace from then on
     * @param ifGone the grace if its host is gone, too; empty while nothing speaks for that
     */
    private record Absence(Instant since, Duration grace, Optional<Duration> ifGone) {
        Absence suspected(Optional<Duration> earlier) {
            return new Absence(since, grace, earlier);
        }
    }

    Absences(Store store, Evidence evidence) {
        this.store = store;
        this.evidence = evidence;
    }

    void attach(Timers clock) {
        timers = clock;
    }

    void resync(View view, Set<String> present) throws InterruptedException {
        expected.clear();
        givenUp.clear();
        List<String> unsure = new ArrayList<>();
        for (Node node : view.nodes().all()) {
            nodeChanged(node);
            if (!present.contains(node.getId()) && node.getStatus().getState() != State.DOWN) {
                begin(node.getId(), Periods.of(view).longGrace());
                if (node.getStatus().getState() == State.READY) {
                    unsure.add(node.getId());
                }
            }
        }
        Batches.update(store, unsure, (tx, id) -> tx.nodes()
                .get(id)
                .filter(node -> node.getStatus().getState() == State.READY)
                .ifPresent(node -> tx.update(
                        with(node, State.UNKNOWN, "the leader has not heard of the node since it was elected"))));
    }

    /** The node has no session any more; it is down unless it has one by then. */
    void begin(String nodeId, Duration grace) {
        await(nodeId, new Absence(timers.now(), grace, Optional.empty()));
    }

    /**
     * As {@link #begin}, for a node that was silent before: its host may be gone.
     *
     * @param silence for how long
     * @param ifGone how long it may be silent if its host is gone
     */
    void begin(String nodeId, Duration grace, Duration silence, Duration ifGone) {
        await(nodeId, new Absence(timers.now().minus(silence), grace.plus(silence), Optional.of(ifGone)));
    }

    private void await(String nodeId, Absence absence) {
        expected.put(nodeId, absence);
        if (absence.grace().isZero()) {
            timers.after(Duration.ZERO, () -> {
                if (absence.equals(expected.get(nodeId))) {
                    down(nodeId);
                }
            });
        }
    }

    /** It was said why the node has no session. */
    void excuse(String nodeId, Duration grace) {
        if (expected.containsKey(nodeId)) {
            begin(nodeId, grace);
        }
    }

    /** The node tries to get a session, so it is there, whatever keeps it from getting one. */
    void heard(String nodeId) {
        evidence.heard(nodeId);
        expected.computeIfPresent(
                nodeId, (id, absence) -> new Absence(timers.now(), absence.grace(), Optional.empty()));
    }

    void end(String nodeId) {
        expected.remove(nodeId);
        evidence.heard(nodeId);
    }

    /** Finds out who has been away for too long. */
    void look(View view) throws InterruptedException {
        Instant now = timers.now();
        Duration longGrace = Periods.of(view).longGrace();
        for (String nodeId : List.copyOf(expected.keySet())) {
            Absence absence = weighed(nodeId, expected.get(nodeId), now);
            expected.put(nodeId, absence);
            Duration away = evidence.since(absence.since(), now);
            boolean early = absence.ifGone()
                    .filter(limit -> evidence.hostGone(nodeId, view, now) && away.compareTo(limit) >= 0)
                    .isPresent();
            Duration grace = evidence.manages(nodeId) ? longest(absence.grace(), longGrace) : absence.grace();
            if (early || away.compareTo(grace) >= 0) {
                down(nodeId);
            }
        }
    }

    /** What the managers hear of the node speaks for or against it. */
    private Absence weighed(String nodeId, Absence absence, Instant now) {
        if (evidence.manages(nodeId)) {
            return absence.suspected(Optional.empty());
        }
        if (evidence.missedByManagers(nodeId) && absence.ifGone().isEmpty()) {
            return absence.suspected(
                    Optional.of(evidence.since(absence.since(), now).plus(UNTIL_GONE)));
        }
        return absence;
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void down(String nodeId) throws InterruptedException {
        if (expected.remove(nodeId) == null) {
            return;
        }
        evidence.heard(nodeId);
        Instant now = timers.now();
        boolean changed = store.update(tx -> {
            Optional<Node> up =
                    tx.nodes().get(nodeId).filter(node -> node.getStatus().getState() != State.DOWN);
            up.ifPresent(node -> tx.update(down(node, now)));
            return up.isPresent();
        });
        if (changed) {
            LOG.warn("Node {} is down", nodeId);
        }
    }

    private static Node down(Node node, Instant now) {
        NodeStatus.Builder status = with(node, State.DOWN, "heartbeat failure").getStatus().toBuilder()
                .setSince(Times.timestamp(now));
        return node.toBuilder().setStatus(status).build();
    }

    private static Node with(Node node, State state, String message) {
        return node.toBuilder()
                .setStatus(node.getStatus().toBuilder()
                        .setState(state)
                        .setMessage(message)
                        .clearSince())
                .build();
    }

    void nodeChanged(Node node) {
        String id = node.getId();
        if (node.getStatus().getState() != State.DOWN) {
            cancel(givenUp.remove(id));
        } else if (!givenUp.containsKey(id)) {
            Instant since = Times.instant(
                    node.getStatus().hasSince()
                            ? node.getStatus().getSince()
                            : node.getMeta().getUpdatedAt());
            Duration left = Duration.between(timers.now(), since.plus(UNTIL_ORPHANED));
            givenUp.put(id, timers.after(left.isNegative() ? Duration.ZERO : left, () -> orphan(id)));
        }
    }

    /** The node is no part of the swarm any more. */
    void removed(String nodeId) {
        expected.remove(nodeId);
        evidence.forget(nodeId);
        cancel(givenUp.remove(nodeId));
    }

    private void orphan(String nodeId) throws InterruptedException {
        List<String> tasks = store.view().tasks().onNode(nodeId).stream()
                .filter(Absences::mayRun)
                .map(Task::getId)
                .toList();
        Instant now = timers.now();
        Batches.update(store, tasks, (tx, id) -> tx.tasks()
                .get(id)
                .filter(Absences::mayRun)
                .ifPresent(task -> tx.update(task.toBuilder()
                        .setStatus(task.getStatus().toBuilder()
                                .setState(TaskState.ORPHANED)
                                .setTimestamp(Times.timestamp(now))
                                .setMessage("its node has been down for too long"))
                        .build())));
    }

    private static boolean mayRun(Task task) {
        int state = task.getStatus().getState().getNumber();
        return state >= TaskState.ASSIGNED_VALUE && state <= TaskState.RUNNING_VALUE;
    }

    private static void cancel(Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
