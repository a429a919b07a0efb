package org.skep.pki;

import com.google.protobuf.ByteString;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.skep.api.node.NodeCredentials;
import org.skep.pki.x509.Pem;
import org.skep.pki.x509.Roots;
import org.skep.protocol.Cluster;
import org.skep.protocol.NodeTLSInfo;
import org.skep.protocol.Times;

/** What there is to say about the certificates of nodes. */
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

    /** What a node tells of its certificate and of what it trusts, in its description. */
    public static NodeTLSInfo describe(NodeCredentials credentials) {
        List<X509Certificate> chain = credentials.chain();
        X509Certificate own = chain.get(0);
        NodeTLSInfo.Builder told = NodeTLSInfo.newBuilder()
                .setTrustRoot(ByteString.copyFrom(Pem.of(credentials.roots())))
                .setCertIssuerSubject(
                        ByteString.copyFrom(own.getIssuerX500Principal().getEncoded()));
        Stream.concat(credentials.roots().stream(), chain.stream().skip(1))
                .filter(issuer -> Roots.issued(issuer, own))
                .findFirst()
                .ifPresent(issuer -> told.setCertIssuerPublicKey(
                        ByteString.copyFrom(issuer.getPublicKey().getEncoded())));
        return told.build();
    }
}
