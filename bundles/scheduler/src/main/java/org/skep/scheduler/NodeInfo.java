package org.skep.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.skep.protocol.Node;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.PublishedPorts;
import org.skep.protocol.placement.PublishedPorts.Port;

/** A node with what its tasks take of it. Changes only by steps, so that a task costs the same on any node. */
final class NodeInfo {

    private static final Duration MEMORY = Duration.ofMinutes(5);
    private static final int FAULTY = 5;

    private final Map<String, Integer> activeByService = new HashMap<>();
    private final Map<Port, Integer> hostPorts = new HashMap<>();
    private final Map<SpecKey, Deque<Instant>> failures = new HashMap<>();
    private Node node;
    private int active;
    private long reservedCpu;
    private long reservedMemory;

    NodeInfo(Node node) {
        this.node = node;
    }

    Node node() {
        return node;
    }

    void replace(Node newer) {
        node = newer;
    }

    void add(Task task) {
        count(task, 1);
    }

    void remove(Task task) {
        count(task, -1);
    }

    private void count(Task task, int step) {
        if (task.getDesiredState().getNumber() <= TaskState.COMPLETE_VALUE) {
            active += step;
            activeByService.merge(task.getServiceId(), step, NodeInfo::sum);
        }
        if (holdsResources(task)) {
            Resources reserved = task.getSpec().getResources().getReservations();
            reservedCpu += step * reserved.getNanoCpus();
            reservedMemory += step * reserved.getMemoryBytes();
            PublishedPorts.onHost(task.getEndpoint().getPortsList())
                    .forEach(port -> hostPorts.merge(port, step, NodeInfo::sum));
        }
    }

    /** Null once it is zero, so that the map forgets it. */
    private static Integer sum(Integer count, Integer step) {
        int sum = count + step;
        return sum == 0 ? null : sum;
    }

    static boolean holdsResources(Task task) {
        int state = task.getStatus().getState().getNumber();
        return state >= TaskState.ASSIGNED_VALUE && state <= TaskState.RUNNING_VALUE;
    }

    boolean fits(Resources wanted) {
        Resources all = node.getDescription().getResources();
        return (wanted.getNanoCpus() == 0 || wanted.getNanoCpus() <= all.getNanoCpus() - reservedCpu)
                && (wanted.getMemoryBytes() == 0 || wanted.getMemoryBytes() <= all.getMemoryBytes() - reservedMemory);
    }

    boolean free(Collection<Port> ports) {
        return ports.stream().noneMatch(hostPorts::containsKey);
    }

    int active() {
        return active;
    }

    int active(String serviceId) {
        return activeByService.getOrDefault(serviceId, 0);
    }

    void failed(SpecKey key, Instant when) {
        failures.computeIfAbsent(key, k -> new ArrayDeque<>()).add(when);
    }

    /** How often tasks of this kind failed here lately; zero as long as that may be chance. */
    int faults(SpecKey key, Instant now) {
        Deque<Instant> times = failures.get(key);
        if (times == null) {
            return 0;
        }
        while (!times.isEmpty() && times.peek().isBefore(now.minus(MEMORY))) {
            times.poll();
        }
        if (times.isEmpty()) {
            failures.remove(key);
        }
        return times.size() < FAULTY ? 0 : times.size();
    }
}
