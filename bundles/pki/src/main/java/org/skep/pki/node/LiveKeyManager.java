package org.skep.pki.node;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Presents the present certificate. A handshake asks for alias, chain and key one after the other: the alias names the
 * credential, so that a renewal in between does not mix two.
 */
final class LiveKeyManager extends X509ExtendedKeyManager {

    private final Supplier<String> current;
    private final Function<String, Credential> byAlias;

    /** @param byAlias null for one that is forgotten */
    LiveKeyManager(Supplier<String> current, Function<String, Credential> byAlias) {
        this.current = current;
        this.byAlias = byAlias;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return current.get();
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return fitting(keyType);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return current.get();
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return fitting(keyType);
    }

    /** Servers are asked for each kind of key in turn. */
    private String fitting(String keyType) {
        String alias = current.get();
        Credential credential = byAlias.apply(alias);
        return credential != null && keyType.startsWith(credential.key().getAlgorithm()) ? alias : null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[] {current.get()};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[] {current.get()};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        Credential credential = byAlias.apply(alias);
        return credential == null ? null : credential.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        Credential credential = byAlias.apply(alias);
        return credential == null ? null : credential.key();
    }
}
