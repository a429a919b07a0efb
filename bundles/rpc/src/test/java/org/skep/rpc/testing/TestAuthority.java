package org.skep.rpc.testing;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A root that issues node certificates as swarm mode does. */
public final class TestAuthority {

    private static final Duration SKEW = Duration.ofHours(1);

    private final AtomicLong serials = new AtomicLong(1);
    private final KeyPair keys = newKeys();
    private final X509Certificate root;

    public TestAuthority() {
        X500Name name = new X500Name("CN=swarm-ca");
        Instant now = Instant.now();
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(serials.getAndIncrement()),
                    Date.from(now.minus(SKEW)),
                    Date.from(now.plus(Duration.ofDays(1))),
                    name,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            root = sign(builder);
        } catch (CertIOException e) {
            throw new AssertionError(e);
        }
    }

    public X509Certificate root() {
        return root;
    }

    /** A certificate and its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {}

    public Issued issue(String nodeId, boolean manager, String cluster) {
        return issue(nodeId, manager, cluster, Instant.now().plus(Duration.ofHours(2)));
    }

    public Issued issue(String nodeId, boolean manager, String cluster, Instant until) {
        String unit = manager ? "swarm-manager" : "swarm-worker";
        KeyPair pair = newKeys();
        GeneralName[] names = manager
                ? new GeneralName[] {dns(unit), dns(nodeId), dns("swarm-ca")}
                : new GeneralName[] {dns(unit), dns(nodeId)};
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    root,
                    BigInteger.valueOf(serials.getAndIncrement()),
                    Date.from(until.minus(Duration.ofHours(3))),
                    Date.from(until),
                    new X500Name("CN=" + nodeId + ",OU=" + unit + ",O=" + cluster),
                    pair.getPublic());
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            return new Issued(sign(builder), pair.getPrivate());
        } catch (CertIOException e) {
            throw new AssertionError(e);
        }
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    private X509Certificate sign(JcaX509v3CertificateBuilder builder) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
