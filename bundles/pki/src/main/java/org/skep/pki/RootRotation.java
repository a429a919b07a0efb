package org.skep.pki;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.Pem;
import org.skep.pki.x509.Roots;
import org.skep.protocol.Node;
import org.skep.protocol.RootCA;

/**
 * How the root CA of a swarm is replaced: both roots are trusted until every node has a certificate of the new one. These
 * are decisions on the cluster object; the leader follows it and does the rest.
 */
public final class RootRotation {

    /** A root that ends sooner is refused. */
    private static final Duration SHORTEST_LIFE = Duration.ofDays(365);

    private RootRotation() {}

    /** Begins to replace the root by a new one, or begins over. */
    public static RootCA begin(RootCA root, Instant now) {
        return toward(root, Authority.create(now), now);
    }

    /**
     * Begins to replace the root by one that the operator brings. The root that is being replaced itself ends the
     * replacement.
     *
     * @param certificate as PEM
     * @param key as PEM; in no message of any exception
     * @throws SkepException {@code INVALID_CA} with the reason
     */
    public static RootCA begin(RootCA root, String certificate, String key, Instant now) {
        Authority next = check(certificate, key, now);
        X509Certificate present = signerOf(root).certificate();
        if (!samePublicKey(next.certificate(), present)) {
            return toward(root, next, now);
        }
        if (root.hasRootRotation()) {
            return root.toBuilder().clearRootRotation().build();
        }
        throw invalid("it has the key of the present root CA", "replacing it would change nothing");
    }

    private static Authority check(String certificate, String key, Instant now) {
        if (key.isBlank()) {
            throw invalid("its key is missing", "give --ca-key, too; CAs outside of the swarm are not supported");
        }
        if (certificate.isBlank()) {
            throw invalid("its certificate is missing", "give --ca-cert, too");
        }
        Roots roots;
        try {
            roots = Roots.of(certificate.getBytes(StandardCharsets.UTF_8));
        } catch (CertificateException e) {
            throw invalid(e.getMessage(), "one self-signed certificate of a CA, as PEM");
        }
        if (roots.certificates().size() != 1) {
            throw invalid("there are " + roots.certificates().size() + " certificates", "it must be one");
        }
        X509Certificate root = roots.certificates().get(0);
        boolean[] usage = root.getKeyUsage();
        if (usage != null && !usage[CERT_SIGN]) {
            throw invalid("its key usage does not include signing certificates", "");
        }
        Instant begin = root.getNotBefore().toInstant();
        if (begin.isAfter(now)) {
            throw invalid("it is not valid before " + begin, "");
        }
        Instant end = root.getNotAfter().toInstant();
        if (end.isBefore(now.plus(SHORTEST_LIFE))) {
            throw invalid("it expires at " + end, "it must be valid for another year at least");
        }
        try {
            return Authority.of(Pem.of(List.of(root)), key.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw invalid(e.getMessage(), "an ECDSA key on P-256, P-384 or P-521, or an RSA key of at least 2048 bits");
        }
    }

    /** Index of the bit {@code keyCertSign}. */
    private static final int CERT_SIGN = 5;

    private static RootCA toward(RootCA root, Authority next, Instant now) {
        try {
            X509Certificate crossSigned = signerOf(root).crossSign(next.certificate(), now);
            return root.toBuilder()
                    .setRootRotation(org.skep.protocol.RootRotation.newBuilder()
                            .setCaCert(pem(next.certificate()))
                            .setCaKey(pem(next.key()))
                            .setCrossSignedCaCert(pem(crossSigned)))
                    .build();
        } catch (GeneralSecurityException e) {
            throw SkepException.state("INVALID_CA", "the root CA cannot be replaced: " + e.getMessage(), "");
        }
    }

    /** Whether this node's certificate is one of the root that is to stay. */
    public static boolean isDone(RootCA root, Node node) {
        try {
            ByteString wanted = root.hasRootRotation() ? root.getRootRotation().getCaCert() : root.getCaCert();
            X509Certificate issuer = Pem.certificates(wanted.toByteArray()).get(0);
            ByteString told = node.getDescription().getTlsInfo().getCertIssuerPublicKey();
            // What the node itself says counts: it may not have got yet what was issued to it.
            return told.isEmpty()
                    ? Roots.issued(issuer, certificate(node))
                    : Arrays.equals(told.toByteArray(), issuer.getPublicKey().getEncoded());
        } catch (CertificateException e) {
            return false;
        }
    }

    private static X509Certificate certificate(Node node) throws CertificateException {
        return Pem.certificates(node.getCertificate().getCertificate().toByteArray())
                .get(0);
    }

    /** Ends the replacement: the new root is the only one, and old join tokens are void. */
    public static RootCA complete(RootCA root) {
        ByteString certificate = root.getRootRotation().getCaCert();
        return root.toBuilder()
                .setCaCert(certificate)
                .setCaKey(root.getRootRotation().getCaKey())
                .setCaCertHash(JoinToken.hash(certificate.toByteArray()))
                .setJoinTokens(JoinToken.both(certificate.toByteArray()))
                .clearRootRotation()
                .build();
    }

    /** A new root CA as the cluster object holds it, with join tokens. */
    public static RootCA found(Instant now) {
        Authority authority = Authority.create(now);
        ByteString certificate = pem(authority.certificate());
        return RootCA.newBuilder()
                .setCaCert(certificate)
                .setCaKey(pem(authority.key()))
                .setCaCertHash(JoinToken.hash(certificate.toByteArray()))
                .setJoinTokens(JoinToken.both(certificate.toByteArray()))
                .build();
    }

    private static Authority signerOf(RootCA root) {
        try {
            return Authority.of(root.toBuilder().clearRootRotation().build());
        } catch (GeneralSecurityException e) {
            throw SkepException.state("INVALID_CA", "the key of the present root CA is not readable", "");
        }
    }

    private static boolean samePublicKey(X509Certificate one, X509Certificate other) {
        return Arrays.equals(
                one.getPublicKey().getEncoded(), other.getPublicKey().getEncoded());
    }

    private static ByteString pem(X509Certificate certificate) {
        return ByteString.copyFrom(Pem.of(List.of(certificate)));
    }

    private static ByteString pem(PrivateKey key) {
        return ByteString.copyFrom(Pem.of(key));
    }

    private static SkepException invalid(String reason, String hint) {
        return SkepException.user("INVALID_CA", "this root CA cannot be used: " + reason, hint);
    }
}
