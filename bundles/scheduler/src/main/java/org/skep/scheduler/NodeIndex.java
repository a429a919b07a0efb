package org.skep.scheduler;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

/** All nodes and what is placed on them, kept up to date change by change. */
final class NodeIndex {

    private final Map<String, NodeInfo> nodes = new HashMap<>();
    private final Map<String, Task> placed = new HashMap<>();

    Collection<NodeInfo> all() {
        return nodes.values();
    }

    Optional<NodeInfo> get(String nodeId) {
        return Optional.ofNullable(nodes.get(nodeId));
    }

    void put(Node node) {
        NodeInfo known = nodes.get(node.getId());
        if (known != null) {
            known.replace(node);
            return;
        }
        NodeInfo info = new NodeInfo(node);
        nodes.put(node.getId(), info);
        placed.values().stream()
                .filter(task -> task.getNodeId().equals(node.getId()))
                .forEach(info::add);
    }

    void removeNode(String id) {
        nodes.remove(id);
    }

    /** Takes the newest form of a task into account. */
    void put(Task task) {
        removeTask(task.getId());
        if (task.getNodeId().isEmpty() || task.getStatus().getState().getNumber() < TaskState.ASSIGNED_VALUE) {
            return;
        }
        placed.put(task.getId(), task);
        NodeInfo info = nodes.get(task.getNodeId());
        if (info != null) {
            info.add(task);
        }
    }

    void removeTask(String id) {
        Task before = placed.remove(id);
        NodeInfo info = before == null ? null : nodes.get(before.getNodeId());
        if (info != null) {
            info.remove(before);
        }
    }
}
