package org.skep.control;

import java.util.List;
import java.util.Optional;
import org.skep.api.node.Endpoint;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.NodeSpec;

/** This node's place in a swarm. Present on every node, in a swarm or not; what it does concerns this node. */
public interface Swarm {

    /**
     * Makes this node the first manager of a new swarm. Returns once it leads and is ready for tasks.
     *
     * @return the ID of this node
     * @throws org.skep.api.SkepException {@code ALREADY_IN_SWARM}, {@code INVALID_ADDRESS}, {@code PORT_IN_USE}
     */
    String init(Creation creation) throws InterruptedException;

    /**
     * Makes this node a worker or a manager of an existing swarm, as the token says. Returns once it is ready, or after 20
     * seconds with {@link Joined#pending} set: it goes on in the background.
     *
     * @throws org.skep.api.SkepException {@code ALREADY_IN_SWARM}, {@code INVALID_TOKEN}, {@code INVALID_ADDRESS},
     *     {@code PORT_IN_USE} (with a manager's token: a worker needs no ports), {@code UNREACHABLE}, {@code WRONG_CA};
     *     nothing has changed then, neither here nor in the swarm
     */
    Joined join(Admission admission) throws InterruptedException;

    /**
     * Makes this node the only manager of its swarm, from the state it has. For when the other managers are lost.
     *
     * @return the ID of this node
     * @throws org.skep.api.SkepException {@code NOT_A_MANAGER}
     */
    String forceNewCluster(Addresses addresses) throws InterruptedException;

    /**
     * Opens the keys of a locked manager.
     *
     * @throws org.skep.api.SkepException {@code INVALID_UNLOCK_KEY}, {@code NOT_LOCKED}
     */
    void unlock(String key) throws InterruptedException;

    /**
     * Takes this node out of its swarm: its tasks are stopped and its share of the state is deleted.
     *
     * @param force required of a manager
     * @throws org.skep.api.SkepException {@code NOT_IN_SWARM}, or {@code FORCE_REQUIRED}
     */
    void leave(boolean force) throws InterruptedException;

    Status status();

    /**
     * Where this node listens and is reached; empty where the operator left the choice to us.
     *
     * @param advertise address, host name or interface, with or without a port
     * @param listen address or interface, with or without a port
     * @param dataPath address or interface for the traffic between containers
     */
    record Addresses(Optional<String> advertise, Optional<String> listen, Optional<String> dataPath) {
        public static final Addresses CHOSEN = new Addresses(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * A new swarm.
     *
     * @param spec of the cluster; fields that are not set get their defaults
     * @param addressPools CIDRs; empty for the default
     * @param subnetSize 0 for the default
     * @param dataPathPort 0 for the default
     */
    record Creation(
            Addresses addresses,
            NodeSpec.Availability availability,
            ClusterSpec spec,
            List<String> addressPools,
            int subnetSize,
            int dataPathPort) {}

    /**
     * How to get into an existing swarm.
     *
     * @param token from {@code swarm join-token}
     */
    record Admission(Endpoint manager, String token, Addresses addresses, NodeSpec.Availability availability) {
        @Override
        public String toString() {
            return "Admission[" + manager + "]";
        }
    }

    /** @param pending the node goes on joining in the background */
    record Joined(String nodeId, boolean manager, boolean pending) {}

    /**
     * What this node knows of itself and its swarm.
     *
     * @param nodeId empty outside of a swarm
     * @param clusterId empty outside of a swarm
     * @param error why the node cannot take its part, or empty
     * @param remedy what the operator does about it in state {@link State#ERROR}, or empty
     * @param advertise where others reach this node; empty outside of a swarm
     * @param managers where the managers are, as last heard
     * @param runtime name of the runtime driver in use, such as {@code docker}; empty if there is none
     * @param runtimeVersion version of its engine
     */
    record Status(
            State state,
            String nodeId,
            String clusterId,
            boolean manager,
            boolean leader,
            String error,
            String remedy,
            Optional<Endpoint> advertise,
            List<Endpoint> managers,
            String hostname,
            String runtime,
            String runtimeVersion) {
        public Status {
            managers = List.copyOf(managers);
        }
    }

    /** As {@code info} prints it. */
    enum State {
        INACTIVE,
        PENDING,
        ACTIVE,
        LOCKED,
        ERROR
    }
}
