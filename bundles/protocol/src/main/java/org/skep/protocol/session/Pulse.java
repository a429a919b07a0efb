package org.skep.protocol.session;

import java.time.Duration;

/**
 * How often a daemon of ours lets itself be heard: more often than its manager asks, so that a host that died is told early
 * from one that is only slow.
 */
public final class Pulse {

    private static final int BEATS_PER_PERIOD = 5;

    private Pulse() {}

    /** @param period the time between heartbeats that managers ask for */
    public static Duration of(Duration period) {
        return period.dividedBy(BEATS_PER_PERIOD);
    }
}
