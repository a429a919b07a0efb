package org.skep.pki.x509;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.RootCA;

/** A CA that signs the certificates of nodes. */
public final class Authority {

    /** How long before it is made a certificate is valid already, for nodes whose clocks are behind. */
    public static final Duration BACKDATING = Duration.ofHours(1);

    private static final Duration ROOT_LIFE = Duration.ofSeconds(630_720_000);
    private static final int SERIAL_BITS = 159;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final List<X509Certificate> intermediates;

    private Authority(X509Certificate certificate, PrivateKey key, List<X509Certificate> intermediates) {
        this.certificate = certificate;
        this.key = key;
        this.intermediates = List.copyOf(intermediates);
    }

    /** A new root. */
    public static Authority create(Instant now) {
        KeyPair keys = KeyRules.generate();
        X500Name name =
                new X500NameBuilder().addRDN(BCStyle.CN, NodeIdentity.AUTHORITY).build();
        SubjectPublicKeyInfo publicKey =
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                name, serial(), date(now.minus(BACKDATING)), date(now.plus(ROOT_LIFE)), name, publicKey);
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            asCa(builder);
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(publicKey));
            return new Authority(sign(builder, keys.getPublic(), keys.getPrivate()), keys.getPrivate(), List.of());
        } catch (GeneralSecurityException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A root that somebody else made.
     *
     * @throws GeneralSecurityException if the key is not the certificate's
     */
    public static Authority of(byte[] certificate, byte[] key) throws GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(certificate);
        PrivateKey privateKey = Pem.privateKey(key);
        KeyRules.check(chain.get(0).getPublicKey());
        if (!KeyRules.fit(chain.get(0).getPublicKey(), privateKey)) {
            throw new InvalidKeyException("the key is not that of the certificate");
        }
        return new Authority(chain.get(0), privateKey, List.of());
    }

    /** The one of a cluster that signs at present: the new root while the root is being replaced. */
    public static Authority of(RootCA root) throws GeneralSecurityException {
        if (!root.hasRootRotation()) {
            return of(root.getCaCert().toByteArray(), root.getCaKey().toByteArray());
        }
        Authority next = of(
                root.getRootRotation().getCaCert().toByteArray(),
                root.getRootRotation().getCaKey().toByteArray());
        return new Authority(
                next.certificate,
                next.key,
                Pem.certificates(root.getRootRotation().getCrossSignedCaCert().toByteArray()));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Secret. */
    public PrivateKey key() {
        return key;
    }

    /**
     * Certifies a node's key.
     *
     * @return the node's certificate, then those that lead to a root that all nodes trust
     */
    public List<X509Certificate> issue(PublicKey node, NodeIdentity identity, Duration life, Instant now)
            throws GeneralSecurityException {
        String unit = identity.unit();
        X500Name subject = new X500NameBuilder()
                .addRDN(BCStyle.O, identity.clusterId())
                .addRDN(BCStyle.OU, unit)
                .addRDN(BCStyle.CN, identity.nodeId())
                .build();
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.dNSName, unit));
        names.add(new GeneralName(GeneralName.dNSName, identity.nodeId()));
        if (identity.manager()) {
            names.add(new GeneralName(GeneralName.dNSName, NodeIdentity.AUTHORITY));
        }
        X509v3CertificateBuilder builder = builder(subject, node, now, earlier(now.plus(life)));
        try {
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils()
                            .createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(node.getEncoded())));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(sign(builder, certificate.getPublicKey(), key));
        chain.addAll(intermediates);
        return List.copyOf(chain);
    }

    /** Another root's certificate as if this one had issued it, so that who trusts this one trusts what that one signs. */
    public X509Certificate crossSign(X509Certificate other, Instant now) throws GeneralSecurityException {
        X500Name subject = X500Name.getInstance(other.getSubjectX500Principal().getEncoded());
        X509v3CertificateBuilder builder = builder(
                subject, other.getPublicKey(), now, earlier(other.getNotAfter().toInstant()));
        try {
            builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(other)));
            asCa(builder);
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
        return sign(builder, certificate.getPublicKey(), key);
    }

    private X509v3CertificateBuilder builder(X500Name subject, PublicKey subjectKey, Instant now, Instant end)
            throws GeneralSecurityException {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(subjectKey.getEncoded());
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                serial(),
                date(now.minus(BACKDATING)),
                date(end),
                subject,
                info);
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyId(certificate)));
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
        return builder;
    }

    /** The key alone, not the certificate: a root that is being replaced has two certificates for one key. */
    private static byte[] keyId(X509Certificate certificate) throws GeneralSecurityException {
        byte[] extension = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        return extension == null
                ? new JcaX509ExtensionUtils()
                        .createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(
                                certificate.getPublicKey().getEncoded()))
                        .getKeyIdentifier()
                : SubjectKeyIdentifier.getInstance(
                                ASN1OctetString.getInstance(extension).getOctets())
                        .getKeyIdentifier();
    }

    private Instant earlier(Instant end) {
        Instant own = certificate.getNotAfter().toInstant();
        return end.isBefore(own) ? end : own;
    }

    private static void asCa(X509v3CertificateBuilder builder) throws CertIOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PublicKey publicKey, PrivateKey privateKey)
            throws GeneralSecurityException {
        try {
            return Pem.certificate(
                    builder.build(new JcaContentSignerBuilder(KeyRules.signatureAlgorithm(publicKey)).build(privateKey))
                            .getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new CertificateException("the certificate cannot be signed", e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE);
    }

    private static Date date(Instant instant) {
        return Date.from(instant.truncatedTo(ChronoUnit.SECONDS));
    }
}
