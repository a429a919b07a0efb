package org.skep.scheduler;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.skep.protocol.Mount;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.InvalidConstraintException;
import org.skep.protocol.placement.Rebalancer.Move;
import org.skep.store.View;

/**
 * The swarm as it would be if some tasks were moved. Those that stay where they are: tasks of global services and jobs,
 * tasks that do not run or are replaced at the moment, those on their way already, and those with a volume whose data
 * would stay behind.
 */
final class Rehearsal {

    private final NodeIndex index;
    private final Failures failures;
    private final Map<String, TaskNeeds> services = new TreeMap<>();
    private final Map<String, Map<String, Deque<Task>>> movable = new HashMap<>();
    private final List<Move> moves = new ArrayList<>();

    Rehearsal(View view, Instant now) {
        index = NodeIndex.of(view);
        failures = Failures.of(view, now);
        for (Service service : view.services().all()) {
            if (service.getSpec().hasReplicated()) {
                take(service, view);
            }
        }
    }

    private void take(Service service, View view) {
        Map<Long, List<Task>> slots = new TreeMap<>();
        for (Task task : view.tasks().ofService(service.getId())) {
            if (NodeInfo.active(task)) {
                slots.computeIfAbsent(task.getSlot(), slot -> new ArrayList<>()).add(task);
            }
        }
        slots.values().forEach(this::finishMoves);
        slots.values().stream()
                .filter(tasks -> tasks.size() == 1)
                .map(tasks -> tasks.get(0))
                .filter(task -> mayMove(task, service, view))
                .forEach(task -> take(task, view));
    }

    /** What is on its way counts as there: the task that stays behind does not, once the other one is. */
    private void finishMoves(List<Task> slot) {
        for (Task task : slot) {
            String target = task.getRelocation().getNodeId();
            if (task.hasRelocation() && slot.stream().anyMatch(other -> isOn(target, other))) {
                index.removeTask(task.getId());
            } else if (task.hasRelocation()) {
                index.put(task.toBuilder()
                        .setNodeId(target)
                        .clearAssignedGenericResources()
                        .build());
            }
        }
    }

    private static boolean isOn(String nodeId, Task task) {
        return task.getNodeId().equals(nodeId) && NodeInfo.holdsResources(task);
    }

    private static boolean mayMove(Task task, Service service, View view) {
        return task.getStatus().getState() == TaskState.RUNNING
                && !task.hasRelocation()
                && task.getSpecVersion().equals(service.getSpecVersion())
                && task.getSpec().getContainer().getMountsList().stream().noneMatch(mount -> holdsBack(mount, view));
    }

    private static boolean holdsBack(Mount mount, View view) {
        return mount.getType() == Mount.Type.VOLUME
                && !mount.getSource().isEmpty()
                && NodeKind.volumeDriver(mount, view).equals(NodeKind.LOCAL);
    }

    private void take(Task task, View view) {
        try {
            services.computeIfAbsent(task.getServiceId(), id -> TaskNeeds.of(task, view));
        } catch (InvalidConstraintException e) {
            return; // no node would take it
        }
        movable.computeIfAbsent(task.getServiceId(), id -> new HashMap<>())
                .computeIfAbsent(task.getNodeId(), id -> new ArrayDeque<>())
                .add(task);
    }

    /** What the tasks of each service need that has any to move. */
    Collection<TaskNeeds> services() {
        return services.values();
    }

    Collection<NodeInfo> nodes() {
        return index.all();
    }

    /** Whether a task of the service may leave the node. */
    boolean canLeave(TaskNeeds service, NodeInfo node) {
        return movable.get(service.serviceId()).containsKey(node.nodeId());
    }

    /** Whether the node would take a task of the service, and such tasks do not keep failing there. */
    boolean canEnter(TaskNeeds service, NodeInfo node) {
        return Filter.refusing(node, service).isEmpty()
                && !failures.faulty(service.key()).containsKey(node.nodeId());
    }

    /** Moves a task that has not been moved yet. */
    void move(TaskNeeds service, NodeInfo from, NodeInfo to) {
        Map<String, Deque<Task>> byNode = movable.get(service.serviceId());
        Task task = byNode.get(from.nodeId()).poll();
        if (byNode.get(from.nodeId()).isEmpty()) {
            byNode.remove(from.nodeId());
        }
        index.put(task.toBuilder()
                .setNodeId(to.nodeId())
                .clearAssignedGenericResources()
                .addAllAssignedGenericResources(to.choose(service.reservations().getGenericList()))
                .build());
        moves.add(new Move(task.getId(), from.nodeId(), to.nodeId()));
    }

    List<Move> moves() {
        return List.copyOf(moves);
    }
}
