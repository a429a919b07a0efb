package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;

/**
 * Tells how long it is that something was heard. A leader that was held up itself, or whose clock jumped, heard nobody
 * meanwhile: the time then begins anew for all.
 */
final class SessionWatch {

    /** How often the leader looks. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    /** Less than that is not told from the pace of looks: neither how long one was held up, nor how far a clock jumped. */
    private static final Duration LATE = INTERVAL.multipliedBy(4);

    private Instant lastLook = Instant.MIN;
    private Instant awakeSince = Instant.MIN;

    /** The leader is awake at this moment. */
    void look(Instant now) {
        boolean first = lastLook.equals(Instant.MIN);
        boolean late = !first && lastLook.plus(LATE).isBefore(now);
        boolean early = !first && now.isBefore(lastLook);
        if (first || late || early) {
            awakeSince = now;
        }
        lastLook = now;
    }

    Duration since(Instant moment, Instant now) {
        if (moment.isAfter(now) && !moment.isAfter(now.plus(LATE))) {
            // Set back a little, a clock goes unnoticed; what was heard just before was heard just now.
            return Duration.ZERO;
        }
        boolean sensible = moment.isAfter(awakeSince) && !moment.isAfter(now);
        return Duration.between(sensible ? moment : awakeSince, now);
    }
}
