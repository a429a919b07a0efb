package org.skep.raft.internal;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;

/** A root, and the certificates it issues. */
final class Authority {

    private final KeyPair keys;
    private final X509Certificate root;

    Authority() {
        keys = keys();
        root = sign("CN=swarm-ca", keys, true);
    }

    private Authority(KeyPair keys, X509Certificate root) {
        this.keys = keys;
        this.root = root;
    }

    /** The one of a file, which is made if need be. */
    static Authority of(Path file) throws IOException, ClassNotFoundException {
        if (!Files.exists(file)) {
            Authority authority = new Authority();
            try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
                out.writeObject(authority.keys);
                out.writeObject(authority.root);
            }
        }
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
            return new Authority((KeyPair) in.readObject(), (X509Certificate) in.readObject());
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private X509Certificate sign(String subject, KeyPair subjectKeys, boolean ca) {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=swarm-ca"),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minus(1, ChronoUnit.HOURS)),
                Date.from(now.plus(1, ChronoUnit.DAYS)),
                new X500Name(subject),
                subjectKeys.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    NodeCredentials issue(NodeIdentity identity) {
        KeyPair nodeKeys = keys();
        String unit = identity.manager() ? "swarm-manager" : "swarm-worker";
        X509Certificate certificate =
                sign("O=" + identity.clusterId() + ",OU=" + unit + ",CN=" + identity.nodeId(), nodeKeys, false);
        return new Issued(identity, certificate, nodeKeys.getPrivate());
    }

    private final class Issued implements NodeCredentials {

        private final NodeIdentity identity;
        private final X509Certificate certificate;
        private final PrivateKey key;

        private Issued(NodeIdentity identity, X509Certificate certificate, PrivateKey key) {
            this.identity = identity;
            this.certificate = certificate;
            this.key = key;
        }

        @Override
        public NodeIdentity identity() {
            return identity;
        }

        @Override
        public List<X509Certificate> chain() {
            return List.of(certificate);
        }

        @Override
        public List<X509Certificate> roots() {
            return List.of(root);
        }

        @Override
        public X509ExtendedKeyManager keyManager() {
            return new OneKey(certificate, key);
        }

        @Override
        public X509ExtendedTrustManager trustManager(PeerCheck check) {
            return new Checked(roots(), identity.clusterId(), check);
        }

        @Override
        public Follower follow(Runnable listener) {
            return () -> {};
        }
    }

    private static final class OneKey extends X509ExtendedKeyManager {

        private static final String ALIAS = "node";
        private final X509Certificate certificate;
        private final PrivateKey key;

        private OneKey(X509Certificate certificate, PrivateKey key) {
            this.certificate = certificate;
            this.key = key;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return keyType.startsWith("EC") ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    private static final class Checked extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager trust;
        private final String clusterId;
        private final NodeCredentials.PeerCheck check;

        private Checked(List<X509Certificate> roots, String clusterId, NodeCredentials.PeerCheck check) {
            this.clusterId = clusterId;
            this.check = check;
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setCertificateEntry("root", roots.get(0));
                TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
                factory.init(store);
                TrustManager[] managers = factory.getTrustManagers();
                trust = (X509ExtendedTrustManager) managers[0];
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private void accept(X509Certificate[] chain) throws CertificateException {
            NodeIdentity peer = NodeIdentity.of(chain[0]);
            if (!peer.clusterId().equals(clusterId)) {
                throw new CertificateException("node " + peer.nodeId() + " belongs to another swarm");
            }
            check.accept(peer);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkClientTrusted(chain, authType);
            accept(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkServerTrusted(chain, authType);
            accept(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return trust.getAcceptedIssuers();
        }
    }
}
