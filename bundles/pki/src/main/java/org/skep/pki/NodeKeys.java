package org.skep.pki;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.Certificate;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.RootCA;

/**
 * The keys of this node on disk, in the directory {@code keys} of the state directory. Present on every node. While keys are
 * open, {@link org.skep.api.node.NodeCredentials} and {@link org.skep.api.node.StateCipher} are there as services; the
 * credentials are renewed in time by themselves.
 *
 * <p>Methods come from one thread at a time.
 */
public interface NodeKeys {

    /** The code of an error: the token makes a manager of a node that cannot be one. The swarm has not taken it up. */
    String WORKER_ONLY = "WORKER_ONLY";

    /** What is on disk. Does not open anything. */
    State state();

    /**
     * Makes a root CA and the first manager's certificate, and opens them.
     *
     * @param autolockKey the unlock key without which they cannot be opened again; empty for none
     * @return what the state has to hold of them
     */
    Founded create(String nodeId, String clusterId, Duration certificateExpiry, Optional<byte[]> autolockKey);

    /**
     * Gets a certificate against a join token, and opens it.
     *
     * @param managers to be asked in turn until one answers
     * @param workerOnly whether this node cannot be a manager at present
     * @throws org.skep.api.SkepException {@code INVALID_TOKEN} (malformed, or refused by the manager), {@code WRONG_CA} (the
     *     manager's root is not the one that the token names), {@code UNREACHABLE}, {@link #WORKER_ONLY}; nothing is on disk then
     */
    NodeIdentity join(List<Endpoint> managers, String token, NodeSpec.Availability availability, boolean workerOnly)
            throws InterruptedException;

    /**
     * Opens what is on disk.
     *
     * @throws org.skep.api.SkepException {@code LOCKED}, or {@code KEYS_DAMAGED} with the file; nothing is open then. A
     *     certificate that has expired opens: it can still be renewed, as far as managers let it
     */
    NodeIdentity open();

    /**
     * Opens keys that are locked.
     *
     * @throws org.skep.api.SkepException {@code INVALID_UNLOCK_KEY}
     */
    NodeIdentity unlock(String key);

    /** What is open. */
    Optional<NodeIdentity> identity();

    /**
     * Renews the certificate until it is that of a manager, or of a worker. For a node whose role has changed.
     *
     * @throws InterruptedException to give up
     */
    NodeIdentity renew(boolean manager) throws InterruptedException;

    /**
     * Trusts these roots from now on, if the present certificate holds under them.
     *
     * @param roots as PEM, from a manager that is trusted
     */
    void trust(byte[] roots);

    /** Renews the certificate soon, without waiting for its time to come. */
    void renewSoon();

    /** Withdraws the services; keys stay on disk. */
    void close();

    /** Withdraws the services, and deletes the keys. */
    void wipe();

    /**
     * What a new swarm knows of its keys.
     *
     * @param root of the cluster object: certificate, key, digest and fresh join tokens
     * @param certificate of the first node's object
     */
    record Founded(RootCA root, Certificate certificate) {}

    /** What is on disk. */
    enum State {
        ABSENT,
        OPENABLE,
        LOCKED
    }
}
