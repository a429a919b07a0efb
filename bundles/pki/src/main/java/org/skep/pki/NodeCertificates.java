package org.skep.pki;

import com.google.protobuf.ByteString;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.skep.pki.x509.Pem;
import org.skep.protocol.Certificate;
import org.skep.protocol.Cluster;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.Times;

/** How long the certificates of nodes are valid, and what their objects say of them. */
public final class NodeCertificates {

    /** How long they are valid unless the cluster says otherwise. */
    public static final Duration DEFAULT_LIFE = Duration.ofHours(2160);

    /** Below this, there would be no time to renew. */
    public static final Duration SHORTEST_LIFE = Duration.ofHours(1);

    private NodeCertificates() {}

    /** How long a certificate that is issued now is to be valid. */
    public static Duration life(Cluster cluster) {
        Duration wanted = Times.duration(cluster.getSpec().getCaConfig().getNodeCertExpiry());
        return wanted.compareTo(SHORTEST_LIFE) < 0 ? DEFAULT_LIFE : wanted;
    }

    /**
     * What a node's object says once a certificate was issued to it.
     *
     * @param before what it said until now
     * @param chain whose first certificate is the node's
     */
    public static Certificate issued(Certificate before, List<X509Certificate> chain) {
        Instant end = chain.get(0).getNotAfter().toInstant();
        Instant latest = latestEnd(before).filter(end::isBefore).orElse(end);
        return before.toBuilder()
                .setCertificate(ByteString.copyFrom(Pem.of(chain)))
                .setLatestEnd(Times.timestamp(latest))
                .setStatus(IssuanceStatus.newBuilder().setState(IssuanceStatus.State.ISSUED))
                .build();
    }

    /** When the last of all certificates ends that the node was ever issued; empty if it has none. */
    public static Optional<Instant> latestEnd(Certificate certificate) {
        if (certificate.hasLatestEnd()) {
            return Optional.of(Times.instant(certificate.getLatestEnd()));
        }
        try {
            return Optional.of(Pem.certificates(certificate.getCertificate().toByteArray())
                    .get(0)
                    .getNotAfter()
                    .toInstant());
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }
}
