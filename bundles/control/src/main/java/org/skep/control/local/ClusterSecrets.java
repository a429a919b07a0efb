package org.skep.control.local;

import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;

/** A cluster as anybody may see it: without the keys and tokens that make somebody a part of it. */
final class ClusterSecrets {

    private ClusterSecrets() {}

    static Cluster strip(Cluster cluster) {
        Cluster.Builder open = cluster.toBuilder()
                .clearNetworkBootstrapKeys()
                .clearUnlockKeys()
                .setSpec(strip(cluster.getSpec()));
        open.getRootCaBuilder().clearCaKey().clearJoinTokens();
        if (cluster.getRootCa().hasRootRotation()) {
            open.getRootCaBuilder().getRootRotationBuilder().clearCaKey();
        }
        return open.build();
    }

    private static ClusterSpec strip(ClusterSpec spec) {
        ClusterSpec.Builder open = spec.toBuilder();
        if (spec.hasCaConfig()) {
            open.getCaConfigBuilder().clearSigningCaKey();
        }
        if (spec.hasAcceptancePolicy()) {
            open.getAcceptancePolicyBuilder().getPoliciesBuilderList().forEach(policy -> policy.clearSecret());
        }
        return open.build();
    }
}
