package org.skep.store.internal;

import java.util.Collection;
import java.util.List;
import org.pcollections.TreePMap;
import org.skep.protocol.Task;
import org.skep.store.TaskTable;

/** Tasks, also by service and slot, and by node. */
final class TaskObjects extends ObjectTable<Task> implements TaskTable {

    private final TreePMap<String, TreePMap<Place, Task>> byService;
    private final TreePMap<String, TreePMap<String, Task>> byNode;

    /** A slot comes before the next one, and so do all of its tasks. */
    private record Place(long slot, String id) implements Comparable<Place> {

        static Place of(Task task) {
            return new Place(task.getSlot(), task.getId());
        }

        @Override
        public int compareTo(Place other) {
            int bySlot = Long.compareUnsigned(slot, other.slot);
            return bySlot != 0 ? bySlot : id.compareTo(other.id);
        }
    }

    TaskObjects(Model<Task> model) {
        super(model);
        byService = TreePMap.empty();
        byNode = TreePMap.empty();
    }

    private TaskObjects(
            Model<Task> model,
            TreePMap<String, Task> byId,
            TreePMap<String, String> byName,
            TreePMap<String, TreePMap<Place, Task>> byService,
            TreePMap<String, TreePMap<String, Task>> byNode) {
        super(model, byId, byName);
        this.byService = byService;
        this.byNode = byNode;
    }

    @Override
    TaskObjects with(Task task) {
        Task before = find(task.getId());
        TreePMap<String, TreePMap<Place, Task>> services = byService;
        TreePMap<String, TreePMap<String, Task>> nodes = byNode;
        if (before != null && !samePlace(before, task)) {
            services = taken(services, before.getServiceId(), Place.of(before));
        }
        if (before != null && !before.getNodeId().equals(task.getNodeId())) {
            nodes = taken(nodes, before.getNodeId(), before.getId());
        }
        return new TaskObjects(
                model(),
                idsWith(task),
                namesWith(before, task),
                put(services, task.getServiceId(), Place.of(task), task),
                put(nodes, task.getNodeId(), task.getId(), task));
    }

    private static boolean samePlace(Task one, Task other) {
        return one.getSlot() == other.getSlot() && one.getServiceId().equals(other.getServiceId());
    }

    @Override
    TaskObjects without(String id) {
        Task before = find(id);
        if (before == null) {
            return this;
        }
        return new TaskObjects(
                model(),
                idsWithout(id),
                namesWith(before, null),
                taken(byService, before.getServiceId(), Place.of(before)),
                taken(byNode, before.getNodeId(), id));
    }

    /** The index with the task in a group; an empty name is no group. */
    private static <K extends Comparable<K>> TreePMap<String, TreePMap<K, Task>> put(
            TreePMap<String, TreePMap<K, Task>> index, String group, K key, Task task) {
        if (group.isEmpty()) {
            return index;
        }
        TreePMap<K, Task> members = index.get(group);
        TreePMap<K, Task> base = members == null ? TreePMap.empty() : members;
        return index.plus(group, base.plus(key, task));
    }

    private static <K> TreePMap<String, TreePMap<K, Task>> taken(
            TreePMap<String, TreePMap<K, Task>> index, String group, K key) {
        if (group.isEmpty()) {
            return index;
        }
        TreePMap<K, Task> rest = index.get(group).minus(key);
        return rest.isEmpty() ? index.minus(group) : index.plus(group, rest);
    }

    @Override
    public Collection<Task> ofService(String serviceId) {
        return group(byService, serviceId);
    }

    @Override
    public Collection<Task> inSlot(String serviceId, long slot) {
        TreePMap<Place, Task> group = byService.get(serviceId);
        return group == null
                ? List.of()
                : group.subMap(new Place(slot, ""), new Place(slot + 1, "")).values();
    }

    @Override
    public Collection<Task> onNode(String nodeId) {
        return group(byNode, nodeId);
    }

    private static <K> Collection<Task> group(TreePMap<String, TreePMap<K, Task>> index, String key) {
        TreePMap<K, Task> group = index.get(key);
        return group == null ? List.of() : group.values();
    }
}
