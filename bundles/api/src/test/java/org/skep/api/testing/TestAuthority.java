package org.skep.api.testing;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.skep.api.node.NodeIdentity;

/** A root that issues node certificates as swarm mode does. */
public final class TestAuthority {

    private static final Duration SKEW = Duration.ofHours(1);

    private final AtomicLong serials = new AtomicLong(System.nanoTime());
    private final KeyPair keys;
    private final X509Certificate root;

    public TestAuthority() {
        keys = newKeys();
        X500Name name = new X500Name("CN=" + NodeIdentity.AUTHORITY);
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

    private TestAuthority(KeyPair keys, X509Certificate root) {
        this.keys = keys;
        this.root = root;
    }

    /** The one of a file, which is made if need be: several JVMs may have the same. */
    public static TestAuthority of(Path file) throws IOException, ClassNotFoundException {
        if (!Files.exists(file)) {
            TestAuthority authority = new TestAuthority();
            try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
                out.writeObject(authority.keys);
                out.writeObject(authority.root);
            }
        }
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
            return new TestAuthority((KeyPair) in.readObject(), (X509Certificate) in.readObject());
        }
    }

    public X509Certificate root() {
        return root;
    }

    /** A certificate and its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {}

    public TestCredentials credentials(NodeIdentity node) {
        return new TestCredentials(root, issue(node.nodeId(), node.manager(), node.clusterId()));
    }

    public Issued issue(String nodeId, boolean manager, String cluster) {
        return issue(nodeId, manager, cluster, Instant.now().plus(Duration.ofHours(2)));
    }

    public Issued issue(String nodeId, boolean manager, String cluster, Instant until) {
        String unit = new NodeIdentity(nodeId, manager, cluster).unit();
        KeyPair pair = newKeys();
        GeneralName[] names = manager
                ? new GeneralName[] {dns(unit), dns(nodeId), dns(NodeIdentity.AUTHORITY)}
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
