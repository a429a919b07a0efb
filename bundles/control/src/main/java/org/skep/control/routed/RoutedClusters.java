package org.skep.control.routed;

import java.util.List;
import java.util.Optional;
import org.skep.control.Clusters;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.NodeRole;
import org.skep.protocol.placement.Rebalancer;

/** The swarm as a whole, wherever the leader is. */
record RoutedClusters(Router router) implements Clusters {

    @Override
    public Cluster get() {
        return router.read(leader -> leader.clusters().get());
    }

    @Override
    public Cluster update(long version, ClusterSpec spec) {
        return router.change("info", leader -> leader.clusters().update(version, spec));
    }

    @Override
    public Invitation joinToken(NodeRole role, boolean rotate) {
        return rotate
                ? router.write(
                        "swarm join-token " + (role == NodeRole.NODE_ROLE_MANAGER ? "manager" : "worker"),
                        leader -> leader.clusters().joinToken(role, true))
                : router.read(leader -> leader.clusters().joinToken(role, false));
    }

    @Override
    public String unlockKey(boolean rotate) {
        return rotate
                ? router.write("swarm unlock-key", leader -> leader.clusters().unlockKey(true))
                : router.read(leader -> leader.clusters().unlockKey(false));
    }

    @Override
    public String rootCertificate() {
        return router.read(leader -> leader.clusters().rootCertificate());
    }

    @Override
    public void rotateRoot(Optional<Signer> signer) {
        router.write("swarm ca", leader -> {
            leader.clusters().rotateRoot(signer);
            return null;
        });
    }

    @Override
    public Rotation rotation() {
        return router.read(leader -> leader.clusters().rotation());
    }

    @Override
    public List<Rebalancer.Move> rebalance(boolean dryRun, int maxParallel) {
        return dryRun
                ? router.read(leader -> leader.clusters().rebalance(true, maxParallel))
                : router.write("node ps", leader -> leader.clusters().rebalance(false, maxParallel));
    }

    /** Only the leader knows how far the others are. */
    @Override
    public ManagersStatus managers() {
        return router.readAnyhow(manager -> manager.clusters().managers());
    }
}
