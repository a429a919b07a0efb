package org.skep.control.remote;

import java.util.Optional;
import org.skep.control.Clusters;
import org.skep.control.Services;
import org.skep.protocol.Version;
import org.skep.protocol.control.Explanation;
import org.skep.protocol.control.Invitation;
import org.skep.protocol.control.Manager;
import org.skep.protocol.control.Managers;
import org.skep.protocol.control.Move;
import org.skep.protocol.control.Reference;
import org.skep.protocol.control.RootCertificate;
import org.skep.protocol.control.RotateRootRequest;
import org.skep.protocol.control.Rotation;
import org.skep.protocol.control.Signer;
import org.skep.protocol.control.UnlockKey;
import org.skep.protocol.placement.Rebalancer;

/** Between the records of the Control API and the messages they travel as. */
final class Messages {

    private Messages() {}

    static Reference reference(String reference) {
        return Reference.newBuilder().setReference(reference).build();
    }

    static Version version(long index) {
        return Version.newBuilder().setIndex(index).build();
    }

    static Explanation explanation(Services.Explanation explanation) {
        return Explanation.newBuilder()
                .setTask(explanation.task())
                .setSubject(explanation.subject())
                .addAllReasons(explanation.reasons())
                .build();
    }

    static Move move(Rebalancer.Move move) {
        return Move.newBuilder()
                .setTask(move.taskId())
                .setFromNode(move.fromNode())
                .setToNode(move.toNode())
                .build();
    }

    static Invitation invitation(Clusters.Invitation invitation) {
        return Invitation.newBuilder()
                .setToken(invitation.token())
                .addAllManagers(invitation.managers())
                .build();
    }

    static UnlockKey unlockKey(String key) {
        return UnlockKey.newBuilder().setKey(key).build();
    }

    static RootCertificate root(String pem) {
        return RootCertificate.newBuilder().setPem(pem).build();
    }

    static Rotation rotation(Clusters.Rotation rotation) {
        return Rotation.newBuilder()
                .setUnderWay(rotation.underWay())
                .setRotatedNodes(rotation.rotatedNodes())
                .setNodes(rotation.nodes())
                .build();
    }

    static Optional<Clusters.Signer> signer(RotateRootRequest request) {
        return request.hasSigner()
                ? Optional.of(new Clusters.Signer(
                        request.getSigner().getCertificate(),
                        request.getSigner().getKey()))
                : Optional.empty();
    }

    static Signer signer(Clusters.Signer signer) {
        return Signer.newBuilder()
                .setCertificate(signer.certificate())
                .setKey(signer.key())
                .build();
    }

    static Clusters.ManagersStatus managers(Managers answer) {
        return new Clusters.ManagersStatus(
                answer.getAnsweredBy(),
                answer.getLeader(),
                answer.getTerm(),
                answer.getCommitIndex(),
                answer.getAppliedIndex(),
                answer.getLostQuorum(),
                answer.getMayFail(),
                answer.getManagersList().stream().map(Messages::manager).toList());
    }

    private static Clusters.Manager manager(Manager manager) {
        return new Clusters.Manager(
                manager.getNodeId(),
                manager.getHostname(),
                manager.getAddress(),
                manager.getVoter(),
                manager.getLeader(),
                manager.getReachable(),
                manager.getLag());
    }

    static Managers managers(Clusters.ManagersStatus status) {
        Managers.Builder answer = Managers.newBuilder()
                .setAnsweredBy(status.answeredBy())
                .setLeader(status.leader())
                .setTerm(status.term())
                .setCommitIndex(status.commitIndex())
                .setAppliedIndex(status.appliedIndex())
                .setLostQuorum(status.lostQuorum())
                .setMayFail(status.mayFail());
        status.managers().stream().map(Messages::manager).forEach(answer::addManagers);
        return answer.build();
    }

    private static Manager manager(Clusters.Manager manager) {
        return Manager.newBuilder()
                .setNodeId(manager.nodeId())
                .setHostname(manager.hostname())
                .setAddress(manager.address())
                .setVoter(manager.voter())
                .setLeader(manager.leader())
                .setReachable(manager.reachable())
                .setLag(manager.lag())
                .build();
    }
}
