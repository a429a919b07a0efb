package org.skep.control.routed;

import java.util.List;
import org.skep.control.Tasks;
import org.skep.protocol.Task;

/** Tasks, wherever the leader is. */
record RoutedTasks(Router router) implements Tasks {

    @Override
    public List<Task> list() {
        return router.read(leader -> leader.tasks().list());
    }

    @Override
    public List<Task> ofService(String serviceId) {
        return router.read(leader -> leader.tasks().ofService(serviceId));
    }

    @Override
    public List<Task> onNode(String nodeId) {
        return router.read(leader -> leader.tasks().onNode(nodeId));
    }

    @Override
    public Task get(String reference) {
        return router.read(leader -> leader.tasks().get(reference));
    }
}
