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
import org.skep.store.Consensus.Member;
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
    private final Hosts hosts;
    private final Map<String, Timer> expected = new HashMap<>();
    private final Map<String, Timer> givenUp = new HashMap<>();

    /** Nodes that are down from some moment on if their hosts are gone. */
    private final Map<String, Instant> suspected = new HashMap<>();

    private Timers timers;

    Absences(Store store, Hosts hosts) {
        this.store = store;
        this.hosts = hosts;
    }

    void attach(Timers clock) {
        timers = clock;
    }

    void resync(View view, Set<String> present) throws InterruptedException {
        expected.clear();
        givenUp.clear();
        suspected.clear();
        List<String> unsure = new ArrayList<>();
        for (Node node : view.nodes().all()) {
            nodeChanged(node);
            if (!present.contains(node.getId()) && node.getStatus().getState() != State.DOWN) {
                await(node.getId(), Periods.of(view).longGrace());
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
        await(nodeId, grace);
    }

    /** As {@link #begin}, for a node whose host may be gone: then it is down from some moment on. */
    void suspect(String nodeId, Duration grace, Instant moment) {
        await(nodeId, grace);
        suspected.put(nodeId, moment);
    }

    /** It was said why the node has no session. */
    void excuse(String nodeId, Duration grace) {
        if (expected.containsKey(nodeId)) {
            await(nodeId, grace);
        }
    }

    void end(String nodeId) {
        cancel(expected.remove(nodeId));
        suspected.remove(nodeId);
        hosts.forget(nodeId);
    }

    private void await(String nodeId, Duration grace) {
        suspected.remove(nodeId);
        cancel(expected.put(nodeId, timers.after(grace, () -> down(nodeId))));
    }

    /**
     * Waits no longer than it has to for nodes whose hosts are gone.
     *
     * @param managers as the leader sees them
     */
    void look(View view, List<Member> managers) throws InterruptedException {
        Instant now = timers.now();
        for (Member manager : managers) {
            if (manager.reachable()) {
                suspected.remove(manager.nodeId());
            } else if (expected.containsKey(manager.nodeId())) {
                suspected.putIfAbsent(manager.nodeId(), now.plus(UNTIL_GONE));
            }
        }
        for (String node : List.copyOf(suspected.keySet())) {
            if (hosts.gone(node, view, now) && !suspected.get(node).isAfter(now)) {
                down(node);
            }
        }
    }

    private void down(String nodeId) throws InterruptedException {
        Timer timer = expected.remove(nodeId);
        suspected.remove(nodeId);
        hosts.forget(nodeId);
        if (timer == null) {
            return;
        }
        timer.cancel();
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
        end(nodeId);
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
