package org.skep.pki.node;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The credential of this node, which changes while it is in use. */
final class LiveCredentials implements NodeCredentials {

    private static final Logger LOG = LoggerFactory.getLogger(LiveCredentials.class);

    private final Clock clock;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private volatile Generation current;

    /** @param previous for handshakes that began with it; null for none */
    private record Generation(long number, Credential credential, Credential previous) {}

    LiveCredentials(Credential first, Clock clock) {
        this.clock = clock;
        current = new Generation(0, first, null);
    }

    Credential credential() {
        return current.credential();
    }

    /** Comes from one thread at a time. */
    void replace(Credential next) {
        Generation old = current;
        current = new Generation(old.number() + 1, next, old.credential());
        for (Runnable follower : followers) {
            try {
                follower.run();
            } catch (RuntimeException e) {
                LOG.error("a follower of the node's certificate: {}", e.getMessage(), e);
            }
        }
    }

    private Credential byAlias(String alias) {
        Generation now = current;
        if (Long.toString(now.number()).equals(alias)) {
            return now.credential();
        }
        return Long.toString(now.number() - 1).equals(alias) ? now.previous() : null;
    }

    @Override
    public NodeIdentity identity() {
        return credential().identity();
    }

    @Override
    public List<X509Certificate> chain() {
        return credential().chain();
    }

    @Override
    public List<X509Certificate> roots() {
        return credential().roots().certificates();
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
        return new LiveKeyManager(() -> Long.toString(current.number()), this::byAlias);
    }

    @Override
    public X509ExtendedTrustManager trustManager(PeerCheck check) {
        return new SwarmTrust(this::credential, clock, check);
    }

    @Override
    public Follower follow(Runnable listener) {
        // Wrapped: the same listener may follow twice.
        Runnable follower = listener::run;
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    @Override
    public String toString() {
        return "LiveCredentials[" + identity() + "]";
    }
}
