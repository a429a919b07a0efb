package org.skep.pki;

import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.skep.pki.x509.Pem;
import org.skep.protocol.BlacklistedCertificate;
import org.skep.protocol.Cluster;
import org.skep.protocol.Node;
import org.skep.protocol.Times;

/** Nodes that were removed: nobody accepts their certificates, until some time after these have expired anyway. */
public final class Blacklist {

    private static final Duration RETENTION = Duration.ofDays(7);

    private Blacklist() {}

    /** The cluster with the node on the list, and without those whose time is over. */
    public static Cluster add(Cluster cluster, Node node, Instant now) {
        Cluster.Builder next = cluster.toBuilder();
        List<String> over = cluster.getBlacklistedCertificatesMap().entrySet().stream()
                .filter(entry -> Times.instant(entry.getValue().getExpiry()).isBefore(now))
                .map(Map.Entry::getKey)
                .toList();
        over.forEach(next::removeBlacklistedCertificates);
        return next.putBlacklistedCertificates(
                        node.getId(),
                        BlacklistedCertificate.newBuilder()
                                .setExpiry(
                                        Times.timestamp(end(cluster, node, now).plus(RETENTION)))
                                .build())
                .build();
    }

    /** @param nodeId as the common name of a certificate has it */
    public static boolean contains(Cluster cluster, String nodeId) {
        return cluster.containsBlacklistedCertificates(nodeId);
    }

    private static Instant end(Cluster cluster, Node node, Instant now) {
        try {
            return Pem.certificates(node.getCertificate().getCertificate().toByteArray())
                    .get(0)
                    .getNotAfter()
                    .toInstant();
        } catch (CertificateException e) {
            // It may still get what was asked for.
            return now.plus(NodeCertificates.life(cluster));
        }
    }
}
