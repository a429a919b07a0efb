package org.skep.orchestrator;

import org.skep.protocol.Task;

/**
 * The place of a service that a task fills.
 *
 * @param number from 1; 0 in a global service
 * @param nodeId of a global service's task; else empty
 */
record SlotKey(long number, String nodeId) implements Comparable<SlotKey> {

    static SlotKey of(Task task) {
        return task.getSlot() == 0 ? new SlotKey(0, task.getNodeId()) : new SlotKey(task.getSlot(), "");
    }

    @Override
    public int compareTo(SlotKey other) {
        int byNumber = Long.compare(number, other.number);
        return byNumber != 0 ? byNumber : nodeId.compareTo(other.nodeId);
    }
}
