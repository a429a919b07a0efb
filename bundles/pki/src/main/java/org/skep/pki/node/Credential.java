package org.skep.pki.node;

import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Roots;

/** A node's certificate, its key, and what it trusts: they go together. */
final class Credential {

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Roots roots;
    private final NodeIdentity identity;

    /** @throws CertificateException unless the key is the certificate's, and a root has issued it to a node */
    Credential(List<X509Certificate> chain, PrivateKey key, Roots roots) throws CertificateException {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.roots = roots;
        this.identity = NodeIdentity.of(chain.get(0));
        if (!KeyRules.fit(chain.get(0).getPublicKey(), key)) {
            throw new CertificateException("the certificate is not that of the key");
        }
        roots.verifyIssuer(chain);
    }

    List<X509Certificate> chain() {
        return chain;
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    PrivateKey key() {
        return key;
    }

    Roots roots() {
        return roots;
    }

    NodeIdentity identity() {
        return identity;
    }

    /** @throws CertificateException unless they have issued the certificate, too */
    Credential with(Roots others) throws CertificateException {
        return new Credential(chain, key, others);
    }

    /** When it was made, as far as its holder can tell. */
    Instant issued() {
        return certificate().getNotBefore().toInstant().plus(Authority.BACKDATING);
    }

    Instant expires() {
        return certificate().getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return "Credential[" + identity + "]";
    }
}
