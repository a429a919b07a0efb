package org.skep.pki.node;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.skep.pki.x509.Roots;

/**
 * Accepts any manager for as long as the roots of its swarm are not known, and remembers what they showed; they are held
 * to it once the roots are known.
 */
final class FirstSight extends X509ExtendedTrustManager {

    private final Clock clock;
    private final List<List<X509Certificate>> seen = new ArrayList<>();
    private Roots roots;

    FirstSight(Clock clock) {
        this.clock = clock;
    }

    /**
     * Managers belong to the swarm of these roots.
     *
     * @throws CertificateException if one that was seen does not
     */
    synchronized void trust(Roots known) throws CertificateException {
        for (List<X509Certificate> chain : seen) {
            known.verify(chain, clock.instant());
        }
        roots = known;
    }

    private synchronized void accept(X509Certificate[] shown) throws CertificateException {
        List<X509Certificate> chain = List.of(shown);
        SwarmTrust.checkPurpose(chain.get(0), SwarmTrust.FOR_SERVERS);
        if (roots == null) {
            seen.add(chain);
        } else {
            roots.verify(chain, clock.instant());
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        accept(chain);
        SwarmTrust.checkName(chain[0], engine.getSSLParameters(), engine.getHandshakeSession());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw withoutName();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw withoutName();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw forClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw forClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw forClients();
    }

    private static UnsupportedOperationException withoutName() {
        return new UnsupportedOperationException("the name cannot be checked");
    }

    private static UnsupportedOperationException forClients() {
        return new UnsupportedOperationException("for clients only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
