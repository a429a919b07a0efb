package org.skep.api.scheduling;

import java.util.Map;

/**
 * What a node has, as it last described itself, and what its tasks take of it, as the scheduler counts: with tasks it has
 * decided on and not written yet. What tasks really use is not part of it. Read it while {@link PlacementStrategy#rank} runs, and do not keep it:
 * it is the scheduler's own record, and goes on changing.
 */
public interface NodeLoad {

    String nodeId();

    String hostname();

    /** The node's labels, as {@code node update --label-add} sets them. */
    Map<String, String> labels();

    /** How many tasks are wanted on this node, whatever state they are in. */
    int activeTasks();

    /** Processor time that the node has, in billionths of a processor. */
    long nanoCpus();

    /** Memory that the node has, in bytes. */
    long memoryBytes();

    /** Processor time that tasks on this node have reserved, in billionths of a processor. */
    long reservedNanoCpus();

    /** Memory that tasks on this node have reserved, in bytes. */
    long reservedMemoryBytes();
}
