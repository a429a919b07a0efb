package org.skep.pki.node;

import java.util.Optional;
import org.skep.pki.UnlockKey;

/**
 * Everything this node keeps secret, opened.
 *
 * @param stateKey of {@link AesStateCipher}
 * @param lock what to lock the state key with on disk; empty to leave it open
 * @param version of the cluster object that was last followed; an older one has nothing to say
 */
record OpenKeys(Credential credential, byte[] stateKey, Optional<UnlockKey> lock, long version) {

    OpenKeys with(Credential next) {
        return new OpenKeys(next, stateKey, lock, version);
    }

    @Override
    public String toString() {
        return "OpenKeys[" + credential.identity() + "]";
    }
}
