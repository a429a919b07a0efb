package org.skep.pki.node;

import java.security.cert.CertificateException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.StateCipher;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Roots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys that are open, on disk and as services. What is not on disk is not shown. */
final class KeyRing {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    private final KeyFiles files;
    private final Services services;
    private final Clock clock;

    // Read without the lock: who follows the credentials may ask.
    private volatile OpenKeys open;
    private LiveCredentials live;

    /** Roots under which the present certificate does not hold; perhaps the next one does. Null for none. */
    private byte[] refusedRoots;

    private Runnable withdrawCredentials = () -> {};
    private Runnable withdrawCipher = () -> {};

    /** Where services are registered. */
    interface Services {
        /** @return withdraws it */
        <T> Runnable register(Class<T> type, T service);
    }

    KeyRing(KeyFiles files, Services services, Clock clock) {
        this.files = files;
        this.services = services;
        this.clock = clock;
    }

    Optional<OpenKeys> current() {
        return Optional.ofNullable(open);
    }

    Optional<Credential> credential() {
        return current().map(OpenKeys::credential);
    }

    /** Writes keys that are new, and opens them. */
    void begin(OpenKeys keys) {
        close();
        files.write(keys);
        show(keys);
    }

    /** Opens keys that were read. */
    void show(OpenKeys keys) {
        close();
        LiveCredentials credentials = new LiveCredentials(keys.credential(), clock);
        synchronized (this) {
            open = keys;
            live = credentials;
        }
        withdrawCredentials = services.register(NodeCredentials.class, credentials);
        withdrawCipher = services.register(StateCipher.class, new AesStateCipher(keys.stateKey()));
    }

    /**
     * Takes on a renewed certificate. With that of a worker, a manager loses what it could open: the state key is another
     * one, in the same write, and not locked.
     *
     * @param base what it was asked for with
     * @return false if the keys are others by now
     */
    boolean renewed(Credential base, Credential next) {
        byte[] stateKey;
        boolean fresh;
        synchronized (this) {
            if (open == null || open.credential().certificate() != base.certificate()) {
                return false;
            }
            fresh = base.identity().manager() && !next.identity().manager();
            take(next, fresh);
            stateKey = open.stateKey();
        }
        if (fresh) {
            withdrawCipher.run();
            withdrawCipher = services.register(StateCipher.class, new AesStateCipher(stateKey));
        }
        return true;
    }

    private void take(Credential next, boolean withFreshStateKey) {
        Credential credential = next;
        try {
            // Roots may have come meanwhile.
            credential = next.with(open.credential().roots());
        } catch (CertificateException e) {
            LOG.warn("the renewed certificate does not hold under the roots that came meanwhile: {}", e.getMessage());
        }
        change(
                withFreshStateKey
                        ? new OpenKeys(credential, AesStateCipher.randomKey(), Optional.empty(), 0)
                        : open.with(credential));
        if (refusedRoots != null) {
            trust(refusedRoots);
        }
    }

    /** Trusts these roots, if the certificate holds under them. */
    synchronized void trust(byte[] pem) {
        if (open == null || Arrays.equals(open.credential().roots().pem(), pem)) {
            return;
        }
        refusedRoots = null;
        try {
            change(open.with(open.credential().with(Roots.of(pem))));
            LOG.info("this node trusts {} root certificates now", live.roots().size());
        } catch (CertificateException e) {
            LOG.warn("the swarm's root certificates are not taken over before the next renewal: {}", e.getMessage());
            refusedRoots = pem.clone();
        }
    }

    /** See {@link ClusterKeys#follow}. */
    synchronized void follow(byte[] roots, Optional<UnlockKey> lock, long version) {
        if (open == null
                || version <= open.version()
                || !open.credential().identity().manager()) {
            return;
        }
        boolean relocked = !open.lock().equals(lock);
        trust(roots);
        change(new OpenKeys(open.credential(), open.stateKey(), lock, version));
        if (relocked) {
            LOG.info(
                    lock.isPresent()
                            ? "the keys of this manager are locked on disk with the swarm's unlock key"
                            : "the keys of this manager are not locked");
        }
    }

    /** What a new manager has learned of locking before it has the cluster object. */
    synchronized void lock(Optional<UnlockKey> lock, long version) {
        if (version > required().version()) {
            change(new OpenKeys(open.credential(), open.stateKey(), lock, version));
        }
    }

    private void change(OpenKeys next) {
        files.write(next);
        Credential before = open.credential();
        open = next;
        if (before != next.credential()) {
            live.replace(next.credential());
        }
    }

    OpenKeys required() {
        return current()
                .orElseThrow(() -> SkepException.state("KEYS_CLOSED", "the keys of this node are not open", ""));
    }

    void close() {
        withdrawCipher.run();
        withdrawCredentials.run();
        withdrawCipher = () -> {};
        withdrawCredentials = () -> {};
        synchronized (this) {
            open = null;
            live = null;
            refusedRoots = null;
        }
    }
}
