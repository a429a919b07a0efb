package org.skep.pki.node;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.skep.api.node.NodeCredentials.PeerCheck;
import org.skep.api.node.NodeIdentity;

/** Accepts nodes of one swarm, by the roots and at the time of each handshake. */
final class SwarmTrust extends X509ExtendedTrustManager {

    static final String FOR_SERVERS = "1.3.6.1.5.5.7.3.1";
    private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
    private static final int DNS_NAME = 2;

    private final Supplier<Credential> own;
    private final Clock clock;
    private final PeerCheck check;

    SwarmTrust(Supplier<Credential> own, Clock clock, PeerCheck check) {
        this.own = own;
        this.clock = clock;
        this.check = check;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        accept(chain, FOR_CLIENTS);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        accept(chain, FOR_SERVERS);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        accept(chain, FOR_CLIENTS);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        accept(chain, FOR_CLIENTS);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        accept(chain, FOR_SERVERS);
        if (socket instanceof SSLSocket secure) {
            checkName(chain[0], secure.getSSLParameters(), secure.getHandshakeSession());
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        accept(chain, FOR_SERVERS);
        if (engine != null) {
            checkName(chain[0], engine.getSSLParameters(), engine.getHandshakeSession());
        }
    }

    private void accept(X509Certificate[] chain, String purpose) throws CertificateException {
        Credential credential = own.get();
        verify(credential, List.of(chain));
        checkPurpose(chain[0], purpose);
        NodeIdentity peer = NodeIdentity.of(chain[0]);
        if (!peer.clusterId().equals(credential.identity().clusterId())) {
            throw new CertificateException("node " + peer.nodeId() + " belongs to another swarm");
        }
        check.accept(peer);
    }

    /**
     * The way from a new root to the one we trust comes with the peer's certificate while the root is being replaced; who
     * has missed the end of that finds it beside its own.
     */
    private void verify(Credential credential, List<X509Certificate> chain) throws CertificateException {
        try {
            credential.roots().verify(chain, clock.instant());
        } catch (CertificateException e) {
            List<X509Certificate> way =
                    credential.chain().subList(1, credential.chain().size());
            if (way.isEmpty()) {
                throw e;
            }
            credential
                    .roots()
                    .verify(Stream.concat(Stream.of(chain.get(0)), way.stream()).toList(), clock.instant());
        }
    }

    static void checkPurpose(X509Certificate certificate, String purpose) throws CertificateException {
        List<String> purposes = certificate.getExtendedKeyUsage();
        if (purposes == null || !purposes.contains(purpose)) {
            throw new CertificateException("the certificate is not made for this use");
        }
    }

    static void checkName(X509Certificate certificate, SSLParameters parameters, SSLSession session)
            throws CertificateException {
        String algorithm = parameters.getEndpointIdentificationAlgorithm();
        if (algorithm == null || algorithm.isEmpty()) {
            return;
        }
        String wanted = session.getPeerHost();
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null || names.stream().noneMatch(name -> isDns(name, wanted))) {
            throw new CertificateException("the certificate is not for " + wanted);
        }
    }

    private static boolean isDns(List<?> name, String wanted) {
        return Integer.valueOf(DNS_NAME).equals(name.get(0))
                && String.valueOf(name.get(1)).equalsIgnoreCase(wanted);
    }

    /** Named to clients, which choose their certificate by it. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return own.get().roots().certificates().toArray(X509Certificate[]::new);
    }
}
