package org.skep.control.local;

import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.control.ClusterLimits;
import org.skep.pki.UnlockKey;
import org.skep.protocol.CAConfig;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.EncryptionKey;

/** What a new specification makes of a cluster. */
final class ClusterChange {

    private ClusterChange() {}

    /** @param spec derived from one without secrets */
    static Cluster apply(Cluster cluster, ClusterSpec spec) {
        ClusterSpec present = ClusterSecrets.strip(cluster).getSpec();
        if (!spec.getAnnotations().getName().equals(present.getAnnotations().getName())) {
            throw SkepException.user(
                    "INVALID_ARGUMENT",
                    "the swarm cannot be renamed to "
                            + Shown.of(spec.getAnnotations().getName()),
                    "");
        }
        Limits.checkSize("swarm", spec);
        Limits.checkLabels("swarm", spec.getAnnotations().getLabelsMap());
        ClusterLimits.check(spec);
        checkAuthority(present.getCaConfig(), spec.getCaConfig());
        if (!spec.getAcceptancePolicy().equals(present.getAcceptancePolicy())) {
            throw Refusals.notSupported("an acceptance policy", "nodes are let in by join tokens");
        }
        ClusterSpec.Builder complete = spec.toBuilder();
        complete.getCaConfigBuilder()
                .setSigningCaKey(cluster.getSpec().getCaConfig().getSigningCaKey());
        if (cluster.getSpec().hasAcceptancePolicy()) {
            complete.setAcceptancePolicy(cluster.getSpec().getAcceptancePolicy());
        }
        return cluster.toBuilder()
                .setSpec(complete)
                .clearUnlockKeys()
                .addAllUnlockKeys(unlockKeys(cluster, spec))
                .build();
    }

    private static void checkAuthority(CAConfig present, CAConfig wanted) {
        if (!wanted.getExternalCasList().equals(present.getExternalCasList())) {
            throw Refusals.notSupported("an external CA", "");
        }
        if (!wanted.getSigningCaCert().equals(present.getSigningCaCert())
                || !wanted.getSigningCaKey().isEmpty()
                || wanted.getForceRotate() != present.getForceRotate()) {
            throw SkepException.user(
                    "INVALID_ARGUMENT", "the root CA cannot be changed here", "use \"swarm ca --rotate\"");
        }
    }

    private static List<EncryptionKey> unlockKeys(Cluster cluster, ClusterSpec spec) {
        boolean locked = spec.getEncryptionConfig().getAutoLockManagers();
        Optional<UnlockKey> present = UnlockKey.of(cluster);
        if (locked == present.isPresent()) {
            return cluster.getUnlockKeysList();
        }
        return UnlockKey.replaced(
                cluster.getUnlockKeysList(), locked ? Optional.of(UnlockKey.random()) : Optional.empty());
    }
}
