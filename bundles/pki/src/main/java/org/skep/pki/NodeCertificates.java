package org.skep.pki;

import java.time.Duration;
import org.skep.protocol.Cluster;
import org.skep.protocol.Times;

/** How long the certificates of nodes are valid. */
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
}
