package org.skep.scheduler;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.skep.protocol.GenericResource;
import org.skep.protocol.Node;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.Constraint;
import org.skep.protocol.placement.PublishedPorts;
import org.skep.protocol.placement.PublishedPorts.Port;
import org.skep.store.View;

/** What may run where, written down a second time: from the objects alone, slowly and plainly. */
final class Rules {

    private final View view;

    Rules(View view) {
        this.view = view;
    }

    /** Whether a pending task might be assigned to a node. */
    boolean allow(Task task, Node node) {
        return (task.getNodeId().isEmpty() || task.getNodeId().equals(node.getId())) && keptBy(task, node, 1);
    }

    /** Whether it was right to assign a task to the node it is on. */
    boolean keptBy(Task task, Node node) {
        return keptBy(task, node, 0);
    }

    /** @param more how many tasks like it are to come */
    private boolean keptBy(Task task, Node node, int more) {
        return NodeInfo.takesTasks(node)
                && Constraint.allMet(
                        Constraint.parseAll(task.getSpec().getPlacement().getConstraintsList()), node)
                && resourcesSuffice(task, node, more)
                && portsAreFree(task, node)
                && replicasAreFew(task, node, more);
    }

    private boolean resourcesSuffice(Task task, Node node, int more) {
        Resources all = node.getDescription().getResources();
        Resources wanted = wanted(task);
        long cpus = wanted.getNanoCpus() * more;
        long memory = wanted.getMemoryBytes() * more;
        long gpus = 0;
        for (Task other : holding(node)) {
            cpus += wanted(other).getNanoCpus();
            memory += wanted(other).getMemoryBytes();
            gpus += known(other.getAssignedGenericResourcesList(), all);
        }
        return (wanted.getNanoCpus() == 0 || cpus <= all.getNanoCpus())
                && (wanted.getMemoryBytes() == 0 || memory <= all.getMemoryBytes())
                && (wanted.getGenericCount() == 0 || gpus + more <= all.getGenericCount());
    }

    private static long known(List<GenericResource> claimed, Resources all) {
        return claimed.stream().filter(all.getGenericList()::contains).count();
    }

    private boolean portsAreFree(Task task, Node node) {
        Set<Port> ports = PublishedPorts.onHost(task.getEndpoint().getPortsList());
        return holding(node).stream()
                .filter(other -> !other.getId().equals(task.getId()))
                .flatMap(other -> PublishedPorts.onHost(other.getEndpoint().getPortsList()).stream())
                .noneMatch(ports::contains);
    }

    private boolean replicasAreFew(Task task, Node node, int more) {
        long limit = task.getSpec().getPlacement().getMaxReplicas();
        long here = view.tasks().onNode(node.getId()).stream()
                .filter(other -> other.getServiceId().equals(task.getServiceId()))
                .filter(other -> other.getStatus().getState() != TaskState.PENDING && NodeInfo.active(other))
                .count();
        return limit == 0 || here + more <= limit;
    }

    private Collection<Task> holding(Node node) {
        return view.tasks().onNode(node.getId()).stream()
                .filter(NodeInfo::holdsResources)
                .toList();
    }

    private static Resources wanted(Task task) {
        return task.getSpec().getResources().getReservations();
    }
}
