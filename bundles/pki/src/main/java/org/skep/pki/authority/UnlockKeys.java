package org.skep.pki.authority;

import com.google.protobuf.ByteString;
import org.skep.api.SkepException;
import org.skep.pki.UnlockKey;
import org.skep.protocol.Cluster;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.store.View;

/** The answer to a manager that asks what to lock its keys with. */
final class UnlockKeys {

    private UnlockKeys() {}

    static GetUnlockKeyResponse answer(View view) {
        Cluster cluster = cluster(view);
        GetUnlockKeyResponse.Builder answer =
                GetUnlockKeyResponse.newBuilder().setVersion(cluster.getMeta().getVersion());
        UnlockKey.of(cluster).ifPresent(key -> answer.setUnlockKey(ByteString.copyFrom(key.bytes())));
        return answer.build();
    }

    /** @throws SkepException {@code NO_LEADER} if this manager has not learned of its swarm yet */
    static Cluster cluster(View view) {
        return view.cluster()
                .orElseThrow(() -> SkepException.state(
                        "NO_LEADER", "this manager does not know its swarm yet", "ask another one, or try again"));
    }
}
