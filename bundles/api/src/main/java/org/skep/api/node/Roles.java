package org.skep.api.node;

/**
 * IDs of the {@code org.osgi.service.condition.Condition} services that stand for this node's part in the swarm. A
 * component that names one with {@code @SatisfyingConditionTarget} exists only while the node has that part.
 */
public final class Roles {

    /** This node takes part in Raft and holds the cluster's state. */
    public static final String MANAGER = "skep.manager";

    /** This node leads the managers: it alone orchestrates, schedules and dispatches. */
    public static final String LEADER = "skep.leader";

    /** This node is in a swarm and runs tasks. Managers are workers, too. */
    public static final String WORKER = "skep.worker";

    private Roles() {}
}
