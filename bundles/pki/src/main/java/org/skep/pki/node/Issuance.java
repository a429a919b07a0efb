package org.skep.pki.node;

import com.google.protobuf.ByteString;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.pki.x509.CertificateRequest;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Pem;
import org.skep.pki.x509.Roots;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.NodeCertificateStatusResponse;

/** Gets one certificate for a fresh key. */
final class Issuance {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final KeyPair keys = KeyRules.generate();
    private final ByteString request = ByteString.copyFrom(CertificateRequest.of(keys));
    private final Clock clock;
    private final Pauses pauses;

    Issuance(Clock clock, Pauses pauses) {
        this.clock = clock;
        this.pauses = pauses;
    }

    /**
     * Asks, and waits for the answer. To ask again asks for the same.
     *
     * @param base with what there is to say besides the key
     * @throws SkepException if it was refused, or takes too long
     */
    Credential at(Desk desk, IssueNodeCertificateRequest base, Roots roots) throws InterruptedException {
        String nodeId = desk.issue(base.toBuilder().setCsr(request).build()).getNodeId();
        Instant end = clock.instant().plus(PATIENCE);
        Duration pause = FIRST_PAUSE;
        while (true) {
            NodeCertificateStatusResponse answer = desk.status(nodeId);
            IssuanceStatus.State state = answer.getStatus().getState();
            if (state == IssuanceStatus.State.FAILED) {
                throw SkepException.external(
                        "CERTIFICATE_REFUSED",
                        "the managers refused to issue a certificate: "
                                + answer.getStatus().getErr(),
                        "",
                        null);
            }
            boolean issued = state == IssuanceStatus.State.ISSUED || state == IssuanceStatus.State.ROTATE;
            if (issued && answer.getCertificate().getCsr().equals(request)) {
                return accept(nodeId, answer.getCertificate().getCertificate().toByteArray(), roots);
            }
            if (clock.instant().isAfter(end)) {
                throw SkepException.external(
                        "UNREACHABLE",
                        "the managers did not issue a certificate within " + PATIENCE.toSeconds() + " s",
                        "they may have no leader",
                        null);
            }
            pauses.pause(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private Credential accept(String nodeId, byte[] pem, Roots roots) {
        try {
            List<X509Certificate> chain = Pem.certificates(pem);
            Credential credential = new Credential(chain, keys.getPrivate(), roots);
            if (!credential.identity().nodeId().equals(nodeId)) {
                throw new CertificateException(
                        "it is for node " + credential.identity().nodeId());
            }
            roots.verify(chain, clock.instant());
            return credential;
        } catch (CertificateException e) {
            throw SkepException.external(
                    "CERTIFICATE_REFUSED",
                    "the certificate that the managers issued is no good here: " + e.getMessage(),
                    "compare the clocks of the hosts",
                    e);
        }
    }
}
