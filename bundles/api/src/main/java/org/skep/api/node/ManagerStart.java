package org.skep.api.node;

/**
 * How this node begins to be a manager. A service, present along with the condition {@link Roles#MANAGER}.
 */
public enum ManagerStart {

    /** The first manager of a new swarm: alone, it decides. There is no state yet. */
    FOUND,

    /**
     * A manager among others: it goes on with the state it has. Without any it learns from the others until the leader makes
     * it a voter.
     */
    JOIN,

    /** The last manager there is: it keeps the state it has, and forgets the others. */
    FORCE_NEW_CLUSTER
}
