package org.skep.control.remote;

import java.util.List;
import org.skep.control.Tasks;
import org.skep.protocol.Task;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ListRequest;
import org.skep.protocol.control.TaskList;

/** Tasks, asked of the leader. */
record RemoteTasks(Calls calls) implements Tasks {

    @Override
    public List<Task> list() {
        return calls.list(ControlGrpc.getListTasksMethod(), ListRequest.getDefaultInstance(), TaskList::getTasksList);
    }

    @Override
    public List<Task> ofService(String serviceId) {
        return calls.list(
                ControlGrpc.getListTasksOfServiceMethod(), Messages.reference(serviceId), TaskList::getTasksList);
    }

    @Override
    public List<Task> onNode(String nodeId) {
        return calls.list(ControlGrpc.getListTasksOnNodeMethod(), Messages.reference(nodeId), TaskList::getTasksList);
    }

    @Override
    public Task get(String reference) {
        return calls.ask(ControlGrpc.getGetTaskMethod(), Messages.reference(reference));
    }
}
