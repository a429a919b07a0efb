package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus.State;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Loop.Timer;
import org.skep.store.loop.Timers;

/**
 * Nodes without a session: DOWN after a grace period, and a day later their tasks are given up. A new leader does not
 * know who is there; it waits longer before it says so.
 */
final class Absences {

    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);
    private static final int GRACE = 3;
    private static final int GRACE_OF_NEW_LEADER = 6;
    private static final Duration UNTIL_ORPHANED = Duration.ofHours(24);

    private final Store store;
    private final Map<String, Timer> expected = new HashMap<>();
    private final Map<String, Timer> givenUp = new HashMap<>();
    private Timers timers;

    Absences(Store store) {
        this.store = store;
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
                await(node.getId(), period(view).multipliedBy(GRACE_OF_NEW_LEADER));
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

    void begin(String nodeId) {
        await(nodeId, period(store.view()).multipliedBy(GRACE));
    }

    void end(String nodeId) {
        cancel(expected.remove(nodeId));
    }

    private void await(String nodeId, Duration grace) {
        cancel(expected.put(nodeId, timers.after(grace, () -> down(nodeId))));
    }

    private void down(String nodeId) throws InterruptedException {
        if (expected.remove(nodeId) == null) {
            return;
        }
        store.update(tx -> {
            tx.nodes()
                    .get(nodeId)
                    .filter(node -> node.getStatus().getState() != State.DOWN)
                    .ifPresent(node -> tx.update(with(node, State.DOWN, "heartbeat failure")));
            return null;
        });
    }

    private static Node with(Node node, State state, String message) {
        return node.toBuilder()
                .setStatus(node.getStatus().toBuilder().setState(state).setMessage(message))
                .build();
    }

    void nodeChanged(Node node) {
        String id = node.getId();
        if (node.getStatus().getState() != State.DOWN) {
            cancel(givenUp.remove(id));
        } else if (!givenUp.containsKey(id)) {
            givenUp.put(id, timers.after(UNTIL_ORPHANED, () -> orphan(id)));
        }
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

    private static Duration period(View view) {
        return view.cluster()
                .map(cluster -> cluster.getSpec().getDispatcher().getHeartbeatPeriod())
                .map(Times::duration)
                .filter(period -> !period.isZero())
                .orElse(DEFAULT_PERIOD);
    }

    private static void cancel(Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
