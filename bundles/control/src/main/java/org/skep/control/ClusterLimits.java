package org.skep.control;

import java.time.Duration;
import java.util.Locale;
import org.skep.api.SkepException;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.Times;

/** What the specification of a swarm must keep to, be the swarm a new one or not. */
public final class ClusterLimits {

    private static final Duration SHORTEST_CERTIFICATE = Duration.ofHours(1);
    private static final Duration LONGEST_CERTIFICATE = Duration.ofDays(20 * 365);
    /** Nodes that miss three are down: any shorter, and a busy host would be. */
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofSeconds(1);

    private static final Duration LONGEST_HEARTBEAT = Duration.ofHours(1);

    private ClusterLimits() {}

    /**
     * Checks the numbers of a complete specification.
     *
     * @throws SkepException {@code INVALID_ARGUMENT} that names the value and its bounds
     */
    public static void check(ClusterSpec spec) {
        check(
                "certificate expiry",
                spec.getCaConfig().getNodeCertExpiry(),
                SHORTEST_CERTIFICATE,
                LONGEST_CERTIFICATE,
                "from 1h to 20 years");
        check(
                "dispatcher heartbeat",
                spec.getDispatcher().getHeartbeatPeriod(),
                SHORTEST_HEARTBEAT,
                LONGEST_HEARTBEAT,
                "from 1s to 1h");
        if (spec.getRaft().getSnapshotInterval() <= 0) {
            throw invalid(
                    "snapshot interval",
                    Long.toUnsignedString(spec.getRaft().getSnapshotInterval()),
                    "a number of log entries from 1 on");
        }
    }

    private static void check(
            String what, com.google.protobuf.Duration value, Duration shortest, Duration longest, String bounds) {
        // Beyond its own bounds, a duration of this kind is not one of ours.
        boolean tooFar = Math.abs(value.getSeconds()) > Integer.MAX_VALUE;
        if (tooFar
                || Times.duration(value).compareTo(shortest) < 0
                || Times.duration(value).compareTo(longest) > 0) {
            throw invalid(what, shown(value), bounds);
        }
    }

    private static String shown(com.google.protobuf.Duration value) {
        return value.getNanos() == 0
                ? value.getSeconds() + "s"
                : String.format(Locale.ROOT, "%.3fs", value.getSeconds() + value.getNanos() / 1e9);
    }

    private static SkepException invalid(String what, String value, String bounds) {
        return SkepException.user("INVALID_ARGUMENT", "invalid " + what + " " + value, bounds);
    }
}
