package org.skep.control;

import java.util.List;
import java.util.Optional;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.NodeRole;
import org.skep.protocol.placement.Rebalancer;

/** The swarm as a whole. */
public interface Clusters {

    /** Without its secrets: keys and tokens are empty. */
    Cluster get();

    /**
     * Changes what is wanted of the swarm. Locking managers makes an unlock key; no longer locking them removes it.
     *
     * @param version the cluster's version that {@code spec} was derived from
     * @param spec derived from one that {@link #get} returned: the secrets it lacks stay as they are
     * @return without its secrets
     */
    Cluster update(long version, ClusterSpec spec);

    /** What a node of this role needs to join. */
    Invitation joinToken(NodeRole role, boolean rotate);

    /**
     * The key that opens a locked manager.
     *
     * @throws org.skep.api.SkepException {@code NOT_AUTOLOCKED} if managers start without it
     */
    String unlockKey(boolean rotate);

    /** The certificates (PEM) that nodes trust. */
    String rootCertificate();

    /**
     * Begins to replace the root CA. Follow it with {@link #rotation}.
     *
     * @param signer certificate and key (PEM) to use; empty to make new ones
     */
    void rotateRoot(Optional<Signer> signer);

    /** How far the replacement of the root CA is. */
    Rotation rotation();

    /**
     * Has tasks moved from crowded nodes to others, each by a new task in its place. The swarm goes on moving after this
     * has returned: a task that is still to move carries its {@code relocation}, one that cannot move stays without it.
     *
     * @param dryRun only tells what would move
     * @param maxParallel how many moves may be under way at a time
     * @return the moves in their order; empty if all is even
     * @throws org.skep.api.SkepException {@code REBALANCING} while tasks are still to move
     */
    List<Rebalancer.Move> rebalance(boolean dryRun, int maxParallel);

    /**
     * Consensus among the managers. Answered without a leader, too, by what this manager itself knows.
     *
     * @throws org.skep.api.SkepException {@code NOT_A_MANAGER}
     */
    ManagersStatus managers();

    /**
     * @param token to be shown to who asked for it and to nobody else
     * @param managers addresses to join at, the leader's first
     */
    record Invitation(String token, List<String> managers) {
        @Override
        public String toString() {
            return "Invitation[" + managers + "]";
        }
    }

    /** A CA's certificate and private key, as PEM. */
    record Signer(String certificate, String key) {
        @Override
        public String toString() {
            return "Signer[]";
        }
    }

    /**
     * @param underWay false when all nodes have certificates of the one root
     * @param rotatedNodes nodes whose certificate the new root has signed
     * @param nodes all nodes
     */
    record Rotation(boolean underWay, int rotatedNodes, int nodes) {}

    /**
     * @param answeredBy node ID of the manager that says this
     * @param leader node ID; empty without one
     * @param lostQuorum whether there are too few managers to decide anything
     * @param mayFail how many more managers may fail before the swarm stops deciding
     */
    record ManagersStatus(
            String answeredBy,
            String leader,
            long term,
            long commitIndex,
            long appliedIndex,
            boolean lostQuorum,
            int mayFail,
            List<Manager> managers) {
        public ManagersStatus {
            managers = List.copyOf(managers);
        }
    }

    /**
     * @param voter false while it learns
     * @param lag entries it lacks; -1 where that is not known
     */
    record Manager(
            String nodeId,
            String hostname,
            String address,
            boolean voter,
            boolean leader,
            boolean reachable,
            long lag) {}
}
