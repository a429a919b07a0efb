package org.skep.orchestrator;

import org.skep.protocol.Service;
import org.skep.protocol.Task;

/**
 * The place of a service that a task fills.
 *
 * @param number from 1, in a job from 0; 0 where each node has one
 * @param nodeId where each node has one; else empty
 */
record SlotKey(long number, String nodeId) implements Comparable<SlotKey> {

    static SlotKey of(Task task, Service service) {
        return perNode(service) ? new SlotKey(0, task.getNodeId()) : new SlotKey(task.getSlot(), "");
    }

    private static boolean perNode(Service service) {
        return service.getSpec().hasGlobal() || service.getSpec().hasGlobalJob();
    }

    @Override
    public int compareTo(SlotKey other) {
        int byNumber = Long.compare(number, other.number);
        return byNumber != 0 ? byNumber : nodeId.compareTo(other.nodeId);
    }
}
