package org.skep.pki.node;

import java.util.Optional;
import org.skep.pki.UnlockKey;

/** Locks this manager's keys on disk, as the swarm wants it. */
public interface ManagerLock {

    /**
     * @param key empty to leave them open
     * @param version of the cluster object that says so
     * @throws org.skep.api.SkepException {@code KEYS_UNWRITABLE}
     */
    void lock(Optional<UnlockKey> key, long version);
}
