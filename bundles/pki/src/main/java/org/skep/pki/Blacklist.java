package org.skep.pki;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
        // One without any may have one on the way to it.
        Instant end =
                NodeCertificates.latestEnd(node.getCertificate()).orElse(now.plus(NodeCertificates.life(cluster)));
        return next.putBlacklistedCertificates(
                        node.getId(),
                        BlacklistedCertificate.newBuilder()
                                .setExpiry(Times.timestamp(end.plus(RETENTION)))
                                .build())
                .build();
    }
}
