package org.skep.dispatcher;

import java.time.Duration;
import org.skep.protocol.Times;
import org.skep.protocol.session.Pulse;
import org.skep.store.View;

/**
 * How long things may take, all by the period between heartbeats.
 *
 * @param heartbeat as the cluster has it
 */
record Periods(Duration heartbeat) {

    private static final Duration DEFAULT = Duration.ofSeconds(5);

    /** Whatever the cluster asks for: below that, chance alone would end sessions. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final int GRACE = 3;
    private static final int LONG_GRACE = 6;

    static Periods of(View view) {
        return new Periods(view.cluster()
                .map(cluster -> cluster.getSpec().getDispatcher().getHeartbeatPeriod())
                .map(Times::duration)
                .filter(period -> !period.isZero() && !period.isNegative())
                .map(period -> period.compareTo(SHORTEST) < 0 ? SHORTEST : period)
                .orElse(DEFAULT));
    }

    /** A node whose host is known to be there, or of which nothing is known: its daemon may be back soon. */
    Duration grace() {
        return heartbeat.multipliedBy(GRACE);
    }

    /** A node of which a new leader knows nothing, or whose daemon stopped in order: it is not to be missed lightly. */
    Duration longGrace() {
        return heartbeat.multipliedBy(LONG_GRACE);
    }

    /** A node that is silent for so long may have lost its host. A stock engine speaks once in a period. */
    Duration suspicious(Origin origin) {
        return origin.pulses() ? tenths(6) : tenths(13);
    }

    /** A node that is silent for so long is down if its host is gone. */
    Duration silence(Origin origin) {
        return origin.pulses() ? heartbeat : tenths(16);
    }

    private Duration tenths(int count) {
        return heartbeat.multipliedBy(count).dividedBy(10);
    }

    /** A node that was heard within this time was alive when its connection ended. */
    Duration justNow() {
        return Pulse.of(heartbeat).multipliedBy(2);
    }
}
