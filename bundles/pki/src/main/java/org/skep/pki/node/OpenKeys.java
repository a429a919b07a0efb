package org.skep.pki.node;

import java.util.Optional;
import org.skep.pki.UnlockKey;

/**
 * Everything this node keeps secret, opened.
 *
 * @param stateKey of {@link AesStateCipher}
 * @param lock what to lock the state key with on disk; empty to leave it open
 * @param lockVersion of the cluster object that {@code lock} was last learned from: an older one has nothing to say
 */
record OpenKeys(Credential credential, byte[] stateKey, Optional<UnlockKey> lock, long lockVersion) {

    OpenKeys with(Credential next) {
        return new OpenKeys(next, stateKey, lock, lockVersion);
    }

    OpenKeys locked(Optional<UnlockKey> key, long version) {
        return new OpenKeys(credential, stateKey, key, version);
    }

    @Override
    public String toString() {
        return "OpenKeys[" + credential.identity() + "]";
    }
}
