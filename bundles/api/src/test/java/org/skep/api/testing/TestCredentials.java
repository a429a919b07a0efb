package org.skep.api.testing;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;

/** Credentials that a test can change. */
public final class TestCredentials implements NodeCredentials {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final X509Certificate root;
    private volatile TestAuthority.Issued issued;

    public TestCredentials(X509Certificate root, TestAuthority.Issued issued) {
        this.root = root;
        this.issued = issued;
    }

    public void renew(TestAuthority.Issued renewed) {
        issued = renewed;
        listeners.forEach(Runnable::run);
    }

    @Override
    public NodeIdentity identity() {
        try {
            return NodeIdentity.of(issued.certificate());
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<X509Certificate> chain() {
        return List.of(issued.certificate());
    }

    @Override
    public List<X509Certificate> roots() {
        return List.of(root);
    }

    @Override
    public Follower follow(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
        return new X509ExtendedKeyManager() {
            @Override
            public String[] getClientAliases(String type, Principal[] issuers) {
                return new String[] {"node"};
            }

            @Override
            public String[] getServerAliases(String type, Principal[] issuers) {
                return new String[] {"node"};
            }

            @Override
            public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
                return "node";
            }

            @Override
            public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
                return fitting(type);
            }

            @Override
            public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
                return "node";
            }

            @Override
            public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
                return fitting(type);
            }

            private String fitting(String type) {
                return type.startsWith("EC") ? "node" : null;
            }

            @Override
            public X509Certificate[] getCertificateChain(String alias) {
                return new X509Certificate[] {issued.certificate()};
            }

            @Override
            public PrivateKey getPrivateKey(String alias) {
                return issued.key();
            }
        };
    }

    @Override
    public X509ExtendedTrustManager trustManager(PeerCheck check) {
        X509TrustManager sound = trusting(root);
        return new X509ExtendedTrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
                sound.checkClientTrusted(chain, type);
                accept(chain[0], check);
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
                sound.checkServerTrusted(chain, type);
                accept(chain[0], check);
            }

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                    throws CertificateException {
                checkClientTrusted(chain, type);
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                    throws CertificateException {
                checkServerTrusted(chain, type);
            }

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                    throws CertificateException {
                checkClientTrusted(chain, type);
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                    throws CertificateException {
                checkServerTrusted(chain, type);
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return sound.getAcceptedIssuers();
            }
        };
    }

    private void accept(X509Certificate certificate, PeerCheck check) throws CertificateException {
        NodeIdentity peer = NodeIdentity.of(certificate);
        if (!peer.clusterId().equals(identity().clusterId())) {
            throw new CertificateException("node " + peer.nodeId() + " belongs to another swarm");
        }
        check.accept(peer);
    }

    private static X509TrustManager trusting(X509Certificate root) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("root", root);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
