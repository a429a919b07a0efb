package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
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
    private final HostProbe probe;
    private final Map<String, Timer> expected = new HashMap<>();
    private final Map<String, Timer> givenUp = new HashMap<>();
    private final Map<String, Unreachable> unreachable = new HashMap<>();
    private Timers timers;

    /** @param answers whether its host does */
    private record Unreachable(Instant since, CompletableFuture<Boolean> answers) {}

    Absences(Store store, HostProbe probe) {
        this.store = store;
        this.probe = probe;
    }

    void attach(Timers clock) {
        timers = clock;
    }

    void resync(View view, Set<String> present) throws InterruptedException {
        expected.clear();
        givenUp.clear();
        unreachable.clear();
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

    /** It was said why the node has no session. */
    void excuse(String nodeId, Duration grace) {
        if (expected.containsKey(nodeId)) {
            await(nodeId, grace);
        }
    }

    void end(String nodeId) {
        cancel(expected.remove(nodeId));
        unreachable.remove(nodeId);
    }

    private void await(String nodeId, Duration grace) {
        cancel(expected.put(nodeId, timers.after(grace, () -> down(nodeId))));
    }

    /** Waits no longer than it has to for managers that the leader does not reach. */
    void look(View view, List<Member> members) throws InterruptedException {
        List<String> gone = members.stream()
                .filter(member -> !member.reachable() && expected.containsKey(member.nodeId()))
                .map(Member::nodeId)
                .toList();
        unreachable.keySet().retainAll(gone);
        Instant now = timers.now();
        for (String node : gone) {
            Unreachable found = unreachable.computeIfAbsent(node, id -> new Unreachable(now, probe(view, id)));
            if (!found.answers().getNow(true) && !found.since().plus(UNTIL_GONE).isAfter(now)) {
                down(node);
            }
        }
    }

    private CompletableFuture<Boolean> probe(View view, String nodeId) {
        return managerOf(view, nodeId)
                .map(address -> probe.answers(address).toCompletableFuture())
                .orElseGet(() -> CompletableFuture.completedFuture(true));
    }

    private static Optional<Endpoint> managerOf(View view, String nodeId) {
        String address = view.nodes()
                .get(nodeId)
                .map(node -> node.getManagerStatus().getAddr())
                .orElse("");
        try {
            return address.isEmpty() ? Optional.empty() : Optional.of(Endpoint.parse(address, Endpoint.MANAGER_PORT));
        } catch (SkepException e) {
            return Optional.empty();
        }
    }

    private void down(String nodeId) throws InterruptedException {
        Timer timer = expected.remove(nodeId);
        unreachable.remove(nodeId);
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
