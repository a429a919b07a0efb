package org.skep.scheduler;

import java.util.List;
import java.util.Set;
import org.skep.protocol.Placement;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.placement.PublishedPorts;
import org.skep.protocol.placement.PublishedPorts.Port;
import org.skep.store.View;

/**
 * What a task asks of its node, worked out once for all tasks of a group.
 *
 * @param spreadOver by the values of which labels to keep the service's tasks even, the most important first
 * @param strategy the name of what ranks the nodes
 */
record TaskNeeds(
        SpecKey key,
        String serviceId,
        NodeKind kind,
        Resources reservations,
        Set<Port> hostPorts,
        long maxReplicas,
        List<NodeLabel> spreadOver,
        String strategy) {

    /** @throws org.skep.protocol.placement.InvalidConstraintException if a constraint is wrong */
    static TaskNeeds of(Task task, View view) {
        Placement placement = task.getSpec().getPlacement();
        return new TaskNeeds(
                SpecKey.of(task),
                task.getServiceId(),
                NodeKind.of(task, view),
                task.getSpec().getResources().getReservations(),
                PublishedPorts.onHost(task.getEndpoint().getPortsList()),
                placement.getMaxReplicas(),
                NodeLabel.spreadBy(placement.getPreferencesList()),
                Strategies.name(placement));
    }
}
