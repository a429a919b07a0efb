package org.skep.protocol.placement;

import java.util.List;

/** Works out which tasks to move so that no node is crowded while others are idle. Present on the leader. */
public interface Rebalancer {

    /**
     * The fewest moves that make services even over the nodes they may run on, then nodes even by their number of tasks.
     * Every move is to a node that could take the task, after the moves before it. Looks at the committed state and
     * changes nothing; may be called from any thread. Costs a pass over all tasks, and one over all nodes for each move.
     *
     * @return in the order in which to do them; empty if all is even
     */
    List<Move> plan();

    /** One task that ought to run elsewhere. */
    record Move(String taskId, String fromNode, String toNode) {}
}
