package org.skep.pki.x509;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The root certificates that a node trusts. */
public final class Roots {

    private final byte[] pem;
    private final List<X509Certificate> certificates;

    private Roots(byte[] pem, List<X509Certificate> certificates) {
        this.pem = pem;
        this.certificates = certificates;
    }

    /** @throws CertificateException unless all of it are certificates of CAs that they signed themselves */
    public static Roots of(byte[] pem) throws CertificateException {
        List<X509Certificate> certificates = Pem.certificates(pem);
        for (X509Certificate certificate : certificates) {
            if (certificate.getBasicConstraints() < 0 || !issued(certificate, certificate)) {
                throw new CertificateException(name(certificate) + " is not the certificate of a root CA");
            }
        }
        return new Roots(pem.clone(), certificates);
    }

    /** Byte for byte as given: join tokens name a root by a digest over these. */
    public byte[] pem() {
        return pem.clone();
    }

    public List<X509Certificate> certificates() {
        return certificates;
    }

    /**
     * Checks that one of these roots has issued the chain's first certificate, directly or by the others, and that all
     * involved are valid at that time.
     *
     * @throws CertificateException with the reason, and with dates if it is one of time
     */
    public void verify(List<X509Certificate> chain, Instant when) throws CertificateException {
        checkTime(chain.get(0), when);
        requireIssuer(verifyTime(when), chain, when);
    }

    private static void requireIssuer(List<X509Certificate> roots, List<X509Certificate> chain, Instant when)
            throws CertificateException {
        if (!chained(roots, chain, when)) {
            throw new CertificateException(
                    "no root CA trusted here has issued the certificate of " + name(chain.get(0)));
        }
    }

    /**
     * Checks that there are roots that are valid at that time.
     *
     * @return these
     * @throws CertificateException with dates
     */
    public List<X509Certificate> verifyTime(Instant when) throws CertificateException {
        List<X509Certificate> timely = certificates.stream()
                .filter(root -> !when.isBefore(root.getNotBefore().toInstant())
                        && !when.isAfter(root.getNotAfter().toInstant()))
                .toList();
        if (timely.isEmpty()) {
            checkTime(certificates.get(0), when);
        }
        return timely;
    }

    /** As {@link #verify}, whatever the time: an expired certificate passes, and one of an issuer whose clock was behind. */
    public void verifyIssuer(List<X509Certificate> chain) throws CertificateException {
        Instant allWereValid = chain.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        requireIssuer(certificates, chain, allWereValid);
    }

    private static void checkTime(X509Certificate certificate, Instant when) throws CertificateException {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (when.isAfter(to)) {
            throw new CertificateExpiredException(
                    "the certificate of " + name(certificate) + " expired at " + to + ", and it is " + seconds(when));
        }
        if (when.isBefore(from)) {
            throw new CertificateNotYetValidException("the certificate of " + name(certificate)
                    + " is not valid before " + from + ", and it is " + seconds(when));
        }
    }

    private static Instant seconds(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond());
    }

    /** While the root is being replaced, the last certificates of a chain may lead beyond what this node trusts. */
    private static boolean chained(List<X509Certificate> roots, List<X509Certificate> chain, Instant when)
            throws CertificateException {
        if (roots.isEmpty()) {
            return false;
        }
        Set<TrustAnchor> anchors =
                roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
        for (int length = 1; length <= chain.size(); length++) {
            if (valid(anchors, chain.subList(0, length), when)) {
                return true;
            }
        }
        return false;
    }

    private static boolean valid(Set<TrustAnchor> anchors, List<X509Certificate> path, Instant when)
            throws CertificateException {
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(when));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return true;
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether the key of {@code issuer} has signed {@code certificate}. */
    public static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
