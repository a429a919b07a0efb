package org.skep.agent.remote;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;

/** Credentials that consist of a role. */
final class FakeCredentials implements NodeCredentials {

    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private volatile boolean manager;

    void become(boolean value) {
        manager = value;
        followers.forEach(Runnable::run);
    }

    @Override
    public NodeIdentity identity() {
        return new NodeIdentity("n1", manager, "cluster");
    }

    @Override
    public List<X509Certificate> chain() {
        return List.of();
    }

    @Override
    public List<X509Certificate> roots() {
        return List.of();
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
        throw new UnsupportedOperationException();
    }

    @Override
    public X509ExtendedTrustManager trustManager(PeerCheck check) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Follower follow(Runnable listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }
}
