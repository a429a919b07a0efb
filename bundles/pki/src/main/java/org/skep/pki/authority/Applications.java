package org.skep.pki.authority;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.skep.api.SkepException;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.JoinToken;
import org.skep.pki.NodeKeys;
import org.skep.pki.x509.CertificateRequest;
import org.skep.protocol.Certificate;
import org.skep.protocol.Cluster;
import org.skep.protocol.Ids;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.IssueNodeCertificateResponse;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.store.Store;
import org.skep.store.Transaction;

/** Takes down requests for certificates in the objects of the nodes; who signs them sees them there. */
final class Applications {

    private final Store store;
    private final Guard guard;

    Applications(Store store, Guard guard) {
        this.store = store;
        this.guard = guard;
    }

    /**
     * @param caller who asks for another certificate of its own; empty for one that comes with a token
     * @param address of the caller
     */
    CompletionStage<IssueNodeCertificateResponse> apply(
            Optional<NodeIdentity> caller, String address, IssueNodeCertificateRequest request) {
        try {
            if (request.getCsr().isEmpty()) {
                throw invalid("it is empty");
            }
            if (caller.isPresent()) {
                guard.admit(caller.get());
                check(request.getCsr());
                return store.updateAsync(tx -> renewal(tx, caller.get(), request.getCsr()));
            }
            guard.admit(address);
            return store.updateAsync(tx -> admission(tx, request)).whenComplete((answer, failure) -> {
                if (failure != null && isInvalidToken(failure)) {
                    guard.refused(address);
                }
            });
        } catch (SkepException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static boolean isInvalidToken(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof SkepException refused && refused.code().equals("INVALID_TOKEN");
    }

    private static void check(ByteString csr) {
        try {
            CertificateRequest.publicKey(csr.toByteArray());
        } catch (GeneralSecurityException e) {
            throw invalid(e.getMessage());
        }
    }

    private static SkepException invalid(String reason) {
        return SkepException.user("INVALID_CSR", "the request for a certificate is invalid: " + reason, "");
    }

    private static IssueNodeCertificateResponse renewal(Transaction tx, NodeIdentity caller, ByteString csr) {
        Cluster cluster = cluster(tx);
        if (!cluster.getId().equals(caller.clusterId()) || cluster.containsBlacklistedCertificates(caller.nodeId())) {
            throw SkepException.user(
                    "PERMISSION_DENIED", "node " + caller.nodeId() + " was removed from this swarm", "");
        }
        Node node = tx.nodes()
                .get(caller.nodeId())
                .orElseThrow(() -> SkepException.user(
                        "NOT_FOUND", "node " + caller.nodeId() + " does not belong to this swarm", ""));
        if (!node.getCertificate().getCsr().equals(csr)) {
            tx.update(node.toBuilder()
                    .setCertificate(node.getCertificate().toBuilder()
                            .setRole(node.getRole())
                            .setCsr(csr)
                            .setCn(node.getId())
                            .setStatus(state(IssuanceStatus.State.RENEW)))
                    .build());
        }
        return answer(node);
    }

    private static IssueNodeCertificateResponse admission(Transaction tx, IssueNodeCertificateRequest request) {
        NodeRole role = JoinToken.role(cluster(tx).getRootCa().getJoinTokens(), request.getToken())
                .orElseThrow(() -> SkepException.user(
                        "INVALID_TOKEN",
                        "a valid join token is necessary to join this swarm",
                        "the token was replaced: 'swarm join-token' on a manager prints the present one"));
        if (role == NodeRole.NODE_ROLE_MANAGER && request.getWorkerOnly()) {
            throw SkepException.state(
                    NodeKeys.WORKER_ONLY,
                    "the join token makes a manager of a node, and this one can only be a worker",
                    "'swarm join-token worker' prints the other one");
        }
        check(request.getCsr());
        // An answer that was lost must not make two nodes of one.
        Optional<Node> known = tx.nodes().all().stream()
                .filter(node -> node.getCertificate().getCsr().equals(request.getCsr()) && node.getRole() == role)
                .findFirst();
        if (known.isPresent()) {
            return answer(known.get());
        }
        String id = Ids.random();
        Node node = Node.newBuilder()
                .setId(id)
                .setRole(role)
                .setSpec(NodeSpec.newBuilder()
                        .setDesiredRole(role)
                        .setMembership(NodeSpec.Membership.ACCEPTED)
                        .setAvailability(request.getAvailability()))
                .setCertificate(Certificate.newBuilder()
                        .setRole(role)
                        .setCsr(request.getCsr())
                        .setCn(id)
                        .setStatus(state(IssuanceStatus.State.PENDING)))
                .build();
        tx.create(node);
        return answer(node);
    }

    private static Cluster cluster(Transaction tx) {
        return tx.cluster()
                .orElseThrow(() -> SkepException.state("NO_LEADER", "the swarm is still starting", "try again"));
    }

    private static IssuanceStatus state(IssuanceStatus.State state) {
        return IssuanceStatus.newBuilder().setState(state).build();
    }

    private static IssueNodeCertificateResponse answer(Node node) {
        return IssueNodeCertificateResponse.newBuilder()
                .setNodeId(node.getId())
                .setNodeMembership(node.getSpec().getMembership())
                .build();
    }
}
