package org.skep.control;

import org.skep.protocol.Cluster;
import org.skep.protocol.NodeSpec;

/** This node's place in a swarm. Present on every node, in a swarm or not. */
public interface Swarm {

    /**
     * Makes this node the first manager of a new swarm. Returns once it leads and is ready for tasks.
     *
     * @return the ID of this node
     * @throws org.skep.api.SkepException {@code ALREADY_IN_SWARM}
     */
    String init(NodeSpec.Availability availability) throws InterruptedException;

    /**
     * Takes this node out of its swarm: its tasks are stopped and its share of the state is deleted.
     *
     * @param force required of a manager
     * @throws org.skep.api.SkepException {@code NOT_IN_SWARM}, or {@code FORCE_REQUIRED}
     */
    void leave(boolean force) throws InterruptedException;

    Status status();

    /** @throws org.skep.api.SkepException {@code NOT_A_MANAGER} */
    Cluster cluster();

    /**
     * What this node knows of itself and its swarm.
     *
     * @param nodeId empty outside of a swarm
     * @param error why the node cannot take its part, or empty
     * @param runtime name of the runtime driver in use, such as {@code docker}; empty if there is none
     * @param runtimeVersion version of its engine
     */
    record Status(
            State state,
            String nodeId,
            boolean manager,
            boolean leader,
            String error,
            String hostname,
            String runtime,
            String runtimeVersion) {}

    /** As {@code info} prints it. */
    enum State {
        INACTIVE,
        PENDING,
        ACTIVE,
        ERROR
    }
}
