package org.skep.pki.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Clock;
import java.util.List;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.NodeCertificates;
import org.skep.pki.RootRotation;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.CertificateRequest;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Roots;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.Certificate;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.GetRootCACertificateResponse;
import org.skep.protocol.GetUnlockKeyRequest;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.protocol.Ids;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.IssueNodeCertificateResponse;
import org.skep.protocol.Node;
import org.skep.protocol.NodeCAGrpc;
import org.skep.protocol.NodeCertificateStatusRequest;
import org.skep.protocol.NodeCertificateStatusResponse;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.RootCA;
import org.skep.protocol.SessionMessage;
import org.skep.rpc.Loopback;

/**
 * Goes once through what joining a swarm takes, with a swarm of one that nobody else sees. The first time, three thousand
 * classes have to be loaded; a node that waits for an operator has the time for that.
 */
final class Rehearsal {

    private final Loopback loopback;
    private final Desks desks;
    private final Clock clock;
    private final Pauses pauses;

    Rehearsal(Loopback loopback, Desks desks, Clock clock, Pauses pauses) {
        this.loopback = loopback;
        this.desks = desks;
        this.clock = clock;
        this.pauses = pauses;
    }

    /** @return keys that are good for nothing */
    OpenKeys run() throws InterruptedException {
        readFirstMessage();
        RootCA root = RootRotation.found(clock.instant());
        try {
            Ca ca = new Ca(root);
            try (Loopback.Serving manager = loopback.serve(List.of(ca, new RootOf(root)), ca.manager())) {
                return new Enrolment(desks, clock, pauses)
                        .join(
                                List.of(manager.endpoint()),
                                root.getJoinTokens().getManager(),
                                NodeSpec.Availability.ACTIVE,
                                false);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A map in a message has all of protobuf's descriptions of messages loaded. */
    private static void readFirstMessage() {
        SessionMessage message = SessionMessage.newBuilder()
                .setNode(Node.newBuilder()
                        .setDescription(NodeDescription.newBuilder()
                                .setEngine(EngineDescription.newBuilder().putLabels("", ""))))
                .build();
        try {
            SessionMessage.parseFrom(message.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Ca extends NodeCAGrpc.NodeCAImplBase {

        private final NodeIdentity identity = new NodeIdentity(Ids.random(), true, Ids.random());
        private final Authority authority;
        private final Roots roots;
        private volatile ByteString request;

        Ca(RootCA root) throws GeneralSecurityException {
            authority = Authority.of(root);
            roots = Roots.of(root.getCaCert().toByteArray());
        }

        LiveCredentials manager() throws GeneralSecurityException {
            KeyPair keys = KeyRules.generate();
            return new LiveCredentials(
                    new Credential(
                            authority.issue(
                                    keys.getPublic(), identity, NodeCertificates.SHORTEST_LIFE, clock.instant()),
                            keys.getPrivate(),
                            roots),
                    clock);
        }

        @Override
        public void issueNodeCertificate(
                IssueNodeCertificateRequest asked, StreamObserver<IssueNodeCertificateResponse> answer) {
            request = asked.getCsr();
            answer.onNext(IssueNodeCertificateResponse.newBuilder()
                    .setNodeId(identity.nodeId())
                    .build());
            answer.onCompleted();
        }

        @Override
        public void nodeCertificateStatus(
                NodeCertificateStatusRequest asked, StreamObserver<NodeCertificateStatusResponse> answer) {
            try {
                Certificate issued = NodeCertificates.issued(
                        Certificate.newBuilder().setCsr(request).build(),
                        authority.issue(
                                CertificateRequest.publicKey(request.toByteArray()),
                                identity,
                                NodeCertificates.SHORTEST_LIFE,
                                clock.instant()));
                answer.onNext(NodeCertificateStatusResponse.newBuilder()
                        .setStatus(issued.getStatus())
                        .setCertificate(issued)
                        .build());
                answer.onCompleted();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class RootOf extends CAGrpc.CAImplBase {

        private final RootCA root;

        RootOf(RootCA root) {
            this.root = root;
        }

        @Override
        public void getRootCACertificate(
                GetRootCACertificateRequest asked, StreamObserver<GetRootCACertificateResponse> answer) {
            answer.onNext(GetRootCACertificateResponse.newBuilder()
                    .setCertificate(root.getCaCert())
                    .build());
            answer.onCompleted();
        }

        @Override
        public void getUnlockKey(GetUnlockKeyRequest asked, StreamObserver<GetUnlockKeyResponse> answer) {
            answer.onNext(GetUnlockKeyResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
