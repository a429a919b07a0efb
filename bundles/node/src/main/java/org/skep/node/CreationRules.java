package org.skep.node;

import org.skep.api.SkepException;
import org.skep.control.ClusterLimits;
import org.skep.control.Swarm;

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
        ClusterLimits.check(NewSwarm.complete(creation.spec()));
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_ARGUMENT", message, hint);
    }
}
