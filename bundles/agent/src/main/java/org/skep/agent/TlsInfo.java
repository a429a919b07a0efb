package org.skep.agent;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.skep.api.node.NodeCredentials;
import org.skep.protocol.NodeTLSInfo;

/** What this node trusts, and who issued its certificate: the managers wait for that while a root is being replaced. */
final class TlsInfo {

    private static final int LINE = 64;

    private TlsInfo() {}

    /** @param credentials null if there are none */
    static Optional<NodeTLSInfo> of(NodeCredentials credentials) {
        if (credentials == null || credentials.chain().isEmpty()) {
            return Optional.empty();
        }
        X509Certificate leaf = credentials.chain().get(0);
        NodeTLSInfo.Builder info = NodeTLSInfo.newBuilder()
                .setTrustRoot(ByteString.copyFromUtf8(pem(credentials.roots())))
                .setCertIssuerSubject(
                        ByteString.copyFrom(leaf.getIssuerX500Principal().getEncoded()));
        issuer(leaf, credentials)
                .ifPresent(issuer -> info.setCertIssuerPublicKey(
                        ByteString.copyFrom(issuer.getPublicKey().getEncoded())));
        return Optional.of(info.build());
    }

    private static Optional<X509Certificate> issuer(X509Certificate leaf, NodeCredentials credentials) {
        List<X509Certificate> candidates = new ArrayList<>(credentials.chain());
        candidates.addAll(credentials.roots());
        return candidates.stream().filter(issuer -> issued(leaf, issuer)).findFirst();
    }

    private static boolean issued(X509Certificate leaf, X509Certificate issuer) {
        try {
            leaf.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String pem(List<X509Certificate> certificates) {
        StringBuilder pem = new StringBuilder();
        Base64.Encoder lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'});
        for (X509Certificate certificate : certificates) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(lines.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
        return pem.toString();
    }
}
