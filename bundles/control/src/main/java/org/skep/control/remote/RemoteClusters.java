package org.skep.control.remote;

import java.util.List;
import java.util.Optional;
import org.skep.control.Clusters;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.NodeRole;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.GetClusterRequest;
import org.skep.protocol.control.JoinTokenRequest;
import org.skep.protocol.control.ManagersRequest;
import org.skep.protocol.control.MoveList;
import org.skep.protocol.control.RebalanceRequest;
import org.skep.protocol.control.RootCertificateRequest;
import org.skep.protocol.control.RotateRootRequest;
import org.skep.protocol.control.RotationRequest;
import org.skep.protocol.control.UnlockKeyRequest;
import org.skep.protocol.control.UpdateClusterRequest;
import org.skep.protocol.placement.Rebalancer;

/** The swarm as a whole, asked of the leader. */
record RemoteClusters(Calls calls) implements Clusters {

    @Override
    public Cluster get() {
        return calls.ask(ControlGrpc.getGetClusterMethod(), GetClusterRequest.getDefaultInstance());
    }

    @Override
    public Cluster update(long version, ClusterSpec spec) {
        return calls.ask(
                ControlGrpc.getUpdateClusterMethod(),
                UpdateClusterRequest.newBuilder()
                        .setVersion(Messages.version(version))
                        .setSpec(spec)
                        .build());
    }

    @Override
    public Invitation joinToken(NodeRole role, boolean rotate) {
        org.skep.protocol.control.Invitation answer = calls.ask(
                ControlGrpc.getGetJoinTokenMethod(),
                JoinTokenRequest.newBuilder().setRole(role).setRotate(rotate).build());
        return new Invitation(answer.getToken(), answer.getManagersList());
    }

    @Override
    public String unlockKey(boolean rotate) {
        return calls.ask(
                        ControlGrpc.getGetUnlockKeyMethod(),
                        UnlockKeyRequest.newBuilder().setRotate(rotate).build())
                .getKey();
    }

    @Override
    public String rootCertificate() {
        return calls.ask(ControlGrpc.getGetRootCertificateMethod(), RootCertificateRequest.getDefaultInstance())
                .getPem();
    }

    @Override
    public void rotateRoot(Optional<Signer> signer) {
        RotateRootRequest.Builder request = RotateRootRequest.newBuilder();
        signer.map(Messages::signer).ifPresent(request::setSigner);
        calls.ask(ControlGrpc.getRotateRootMethod(), request.build());
    }

    @Override
    public Rotation rotation() {
        org.skep.protocol.control.Rotation answer =
                calls.ask(ControlGrpc.getGetRotationMethod(), RotationRequest.getDefaultInstance());
        return new Rotation(answer.getUnderWay(), answer.getRotatedNodes(), answer.getNodes());
    }

    @Override
    public List<Rebalancer.Move> rebalance(boolean dryRun, int maxParallel) {
        return calls
                .list(
                        ControlGrpc.getRebalanceMethod(),
                        RebalanceRequest.newBuilder()
                                .setDryRun(dryRun)
                                .setMaxParallel(maxParallel)
                                .build(),
                        MoveList::getMovesList)
                .stream()
                .map(move -> new Rebalancer.Move(move.getTask(), move.getFromNode(), move.getToNode()))
                .toList();
    }

    @Override
    public ManagersStatus managers() {
        return Messages.managers(calls.ask(ControlGrpc.getGetManagersMethod(), ManagersRequest.getDefaultInstance()));
    }
}
