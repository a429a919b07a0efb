package org.skep.node;

import java.time.Duration;
import org.skep.api.SkepException;
import org.skep.control.Swarm;
import org.skep.pki.NodeCertificates;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.Times;

/** What a new swarm may be like. */
final class CreationRules {

    private static final int LOWEST_PORT = 1024;
    private static final int HIGHEST_PORT = 49_151;

    private CreationRules() {}

    /** @throws SkepException {@code INVALID_ARGUMENT} that names the value */
    static void check(Swarm.Creation creation) {
        int port = creation.dataPathPort();
        if (port != 0 && (port < LOWEST_PORT || port > HIGHEST_PORT)) {
            throw invalid("invalid data path port " + port, "a port from " + LOWEST_PORT + " to " + HIGHEST_PORT);
        }
        ClusterSpec spec = creation.spec();
        if (spec.getCaConfig().hasNodeCertExpiry()) {
            Duration expiry = Times.duration(spec.getCaConfig().getNodeCertExpiry());
            if (expiry.compareTo(NodeCertificates.SHORTEST_LIFE) < 0) {
                throw invalid("certificates cannot expire after " + expiry.toSeconds() + " s", "an hour or more");
            }
        }
        if (spec.getDispatcher().hasHeartbeatPeriod()
                && Times.duration(spec.getDispatcher().getHeartbeatPeriod()).isNegative()) {
            throw invalid("the heartbeat of the dispatcher cannot be negative", "5s, for instance");
        }
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_ARGUMENT", message, hint);
    }
}
