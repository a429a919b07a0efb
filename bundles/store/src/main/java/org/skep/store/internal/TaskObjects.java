package org.skep.store.internal;

import java.util.Collection;
import java.util.List;
import org.pcollections.TreePMap;
import org.skep.protocol.Task;
import org.skep.store.TaskTable;

/** Tasks, also by service and by node. */
final class TaskObjects extends ObjectTable<Task> implements TaskTable {

    private final TreePMap<String, TreePMap<String, Task>> byService;
    private final TreePMap<String, TreePMap<String, Task>> byNode;

    TaskObjects(Model<Task> model) {
        super(model);
        byService = TreePMap.empty();
        byNode = TreePMap.empty();
    }

    private TaskObjects(
            Model<Task> model,
            TreePMap<String, Task> byId,
            TreePMap<String, String> byName,
            TreePMap<String, TreePMap<String, Task>> byService,
            TreePMap<String, TreePMap<String, Task>> byNode) {
        super(model, byId, byName);
        this.byService = byService;
        this.byNode = byNode;
    }

    @Override
    TaskObjects with(Task task) {
        Task before = find(task.getId());
        return new TaskObjects(
                model(),
                idsWith(task),
                namesWith(before, task),
                moved(byService, before == null ? "" : before.getServiceId(), task.getServiceId(), task.getId(), task),
                moved(byNode, before == null ? "" : before.getNodeId(), task.getNodeId(), task.getId(), task));
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
                moved(byService, before.getServiceId(), "", id, null),
                moved(byNode, before.getNodeId(), "", id, null));
    }

    /** The index with the task taken from one group and put into another; an empty name is no group. */
    private static TreePMap<String, TreePMap<String, Task>> moved(
            TreePMap<String, TreePMap<String, Task>> index, String from, String to, String id, Task task) {
        TreePMap<String, TreePMap<String, Task>> moved = index;
        if (!from.isEmpty() && !from.equals(to)) {
            TreePMap<String, Task> rest = moved.get(from).minus(id);
            moved = rest.isEmpty() ? moved.minus(from) : moved.plus(from, rest);
        }
        if (!to.isEmpty()) {
            TreePMap<String, Task> group = moved.get(to);
            TreePMap<String, Task> base = group == null ? TreePMap.empty() : group;
            moved = moved.plus(to, base.plus(id, task));
        }
        return moved;
    }

    @Override
    public Collection<Task> ofService(String serviceId) {
        return group(byService, serviceId);
    }

    @Override
    public Collection<Task> onNode(String nodeId) {
        return group(byNode, nodeId);
    }

    private static Collection<Task> group(TreePMap<String, TreePMap<String, Task>> index, String key) {
        TreePMap<String, Task> group = index.get(key);
        return group == null ? List.of() : group.values();
    }
}
