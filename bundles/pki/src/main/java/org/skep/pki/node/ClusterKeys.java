package org.skep.pki.node;

import java.util.Optional;
import org.skep.pki.UnlockKey;

/** Has this manager trust, and lock its keys on disk with, what the swarm wants. */
public interface ClusterKeys {

    /**
     * Ignored by a node that is no manager, and for a version that is not newer than the last one: a manager that starts
     * sees states of the swarm that it has seen before.
     *
     * @param roots as PEM
     * @param lock empty to leave the keys open on disk
     * @param version of the cluster object that says so
     * @throws org.skep.api.SkepException {@code KEYS_UNWRITABLE}
     */
    void follow(byte[] roots, Optional<UnlockKey> lock, long version);
}
