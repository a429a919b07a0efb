package org.skep.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.View;

/** All nodes and what is placed on them, kept up to date change by change. */
final class NodeIndex {

    /** How many pools are kept: as many kinds of nodes as services usually ask for at a time. */
    private static final int POOLS = 32;

    private final Map<String, NodeInfo> nodes = new HashMap<>();
    private final Map<String, Task> placed = new HashMap<>();
    private final Map<PoolKey, Pool> pools = new LinkedHashMap<>(16, 0.75f, true);

    private record PoolKey(NodeKind kind, Ranking ranking) {}

    static NodeIndex of(View view) {
        NodeIndex index = new NodeIndex();
        view.nodes().all().forEach(index::put);
        view.tasks().all().forEach(index::put);
        return index;
    }

    Collection<NodeInfo> all() {
        return nodes.values().stream().filter(NodeInfo::known).toList();
    }

    Optional<NodeInfo> get(String nodeId) {
        return Optional.ofNullable(nodes.get(nodeId)).filter(NodeInfo::known);
    }

    private NodeInfo info(String nodeId) {
        return nodes.computeIfAbsent(nodeId, NodeInfo::new);
    }

    void put(Node node) {
        NodeInfo info = info(node.getId());
        info.replace(node);
        inPools(pool -> pool.review(info));
    }

    void removeNode(String id) {
        NodeInfo info = info(id);
        info.replace(null);
        inPools(pool -> pool.review(info));
        forgetIfEmpty(info);
    }

    /** Takes the newest form of a task into account. */
    void put(Task task) {
        Task before = placed.get(task.getId());
        if (before != null && countsAlike(before, task)) {
            placed.put(task.getId(), task);
            return;
        }
        removeTask(task.getId());
        if (counts(task)) {
            placed.put(task.getId(), task);
            NodeInfo info = info(task.getNodeId());
            recount(info, task, () -> info.add(task));
        }
    }

    void removeTask(String id) {
        Task task = placed.remove(id);
        if (task != null) {
            NodeInfo info = info(task.getNodeId());
            recount(info, task, () -> info.remove(task));
            forgetIfEmpty(info);
        }
    }

    private void recount(NodeInfo info, Task task, Runnable change) {
        String service = task.getServiceId();
        int before = info.active(service);
        change.run();
        inPools(pool -> pool.recount(info, service, before));
    }

    private void forgetIfEmpty(NodeInfo info) {
        if (!info.known() && info.empty()) {
            nodes.remove(info.nodeId());
        }
    }

    /** Whether it counts on its node, for its number or for what it holds. */
    private static boolean counts(Task task) {
        return !task.getNodeId().isEmpty()
                && task.getStatus().getState().getNumber() >= TaskState.ASSIGNED_VALUE
                && (NodeInfo.active(task) || NodeInfo.holdsResources(task));
    }

    /** Nothing else that counts ever changes of a task that has been placed. */
    private static boolean countsAlike(Task before, Task after) {
        return after.getNodeId().equals(before.getNodeId())
                && NodeInfo.active(after) == NodeInfo.active(before)
                && NodeInfo.holdsResources(after) == NodeInfo.holdsResources(before)
                && after.getAssignedGenericResourcesList().equals(before.getAssignedGenericResourcesList());
    }

    /** The nodes of the kind that a task needs, in the order of a strategy. */
    Pool pool(TaskNeeds needs, Ranking ranking) {
        PoolKey key = new PoolKey(needs.kind(), ranking);
        Pool pool = pools.get(key);
        if (pool == null) {
            pool = new Pool(needs, ranking);
            nodes.values().forEach(pool::review);
            pools.put(key, pool);
            forgetOldest();
        }
        return pool;
    }

    private void forgetOldest() {
        if (pools.size() > POOLS) {
            pools.remove(pools.keySet().iterator().next());
        }
    }

    /** A pool whose strategy fails goes: it is made again, or the failure told, when a task needs it. */
    private void inPools(Consumer<Pool> change) {
        List<PoolKey> failed = new ArrayList<>();
        pools.forEach((key, pool) -> {
            try {
                change.accept(pool);
            } catch (StrategyException e) {
                failed.add(key);
            }
        });
        failed.forEach(pools::remove);
    }

    /** Everything, in an order that does not depend on how it came to be. */
    @Override
    public String toString() {
        return nodes.values().stream().map(NodeInfo::toString).sorted().toList().toString();
    }
}
