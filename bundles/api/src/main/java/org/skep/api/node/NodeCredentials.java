package org.skep.api.node;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificate with which this node proves who it is, and what it trusts. A service, present while this node belongs to
 * a swarm and its keys are open. Renewal changes what new connections see and ends none. Safe for use from any thread.
 */
public interface NodeCredentials {

    /** As the present certificate says. */
    NodeIdentity identity();

    /** The present certificate, then those between it and the root. */
    List<X509Certificate> chain();

    /** What is trusted at present: one root, or two while the root is being replaced. */
    List<X509Certificate> roots();

    /** Presents the certificate that is present at each handshake. */
    X509ExtendedKeyManager keyManager();

    /**
     * Accepts certificates that a root trusted at the time of the handshake has issued to a node of this swarm.
     *
     * @param check has the last word on a node whose certificate is sound
     */
    X509ExtendedTrustManager trustManager(PeerCheck check);

    /** Calls {@code listener} after each change, until closed. */
    Follower follow(Runnable listener);

    /** Decides whether to talk to a node whose certificate is sound. */
    @FunctionalInterface
    interface PeerCheck {
        /** @throws CertificateException to refuse, with the reason */
        void accept(NodeIdentity peer) throws CertificateException;
    }

    /** A listener that is told of changes until it is closed. */
    interface Follower extends AutoCloseable {
        @Override
        void close();
    }
}
