package org.skep.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.store.View;

/** Where tasks failed lately, by the version of their service. Fewer than five times in five minutes may be chance. */
final class Failures {

    private static final Duration MEMORY = Duration.ofMinutes(5);
    private static final int FAULTY = 5;

    private final Map<SpecKey, Map<String, Integer>> counts = new HashMap<>();
    private final PriorityQueue<Failure> oldestFirst = new PriorityQueue<>(Comparator.comparing(Failure::when));

    private record Failure(SpecKey key, String nodeId, Instant when) {}

    static Failures of(View view, Instant now) {
        Failures failures = new Failures();
        view.tasks().all().forEach(task -> failures.note(null, task));
        failures.forget(now);
        return failures;
    }

    /** Remembers the task if it has failed and had not before. */
    void note(Task before, Task after) {
        if (countsAgainstNode(after) && (before == null || !countsAgainstNode(before))) {
            SpecKey key = SpecKey.of(after);
            oldestFirst.add(new Failure(
                    key, after.getNodeId(), Times.instant(after.getStatus().getTimestamp())));
            counts.computeIfAbsent(key, k -> new HashMap<>()).merge(after.getNodeId(), 1, Integer::sum);
        }
    }

    /** Tasks of global services have no choice of node, so theirs do not. */
    private static boolean countsAgainstNode(Task task) {
        TaskState state = task.getStatus().getState();
        boolean placedHere = task.getSlot() != 0;
        return placedHere && (state == TaskState.FAILED || state == TaskState.REJECTED);
    }

    /** Forgets what has been too long. */
    void forget(Instant now) {
        Instant limit = now.minus(MEMORY);
        while (!oldestFirst.isEmpty() && oldestFirst.peek().when().isBefore(limit)) {
            Failure old = oldestFirst.poll();
            counts.computeIfPresent(old.key(), (key, nodes) -> {
                nodes.computeIfPresent(old.nodeId(), (node, count) -> count == 1 ? null : count - 1);
                return nodes.isEmpty() ? null : nodes;
            });
        }
    }

    /** The nodes that are to be avoided, by ID, with how often tasks of this kind failed there. */
    Map<String, Integer> faulty(SpecKey key) {
        Map<String, Integer> nodes = counts.get(key);
        if (nodes == null) {
            return Map.of();
        }
        Map<String, Integer> faulty = new HashMap<>(nodes);
        faulty.values().removeIf(count -> count < FAULTY);
        return faulty;
    }
}
