package org.skep.dispatcher;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Times that a node may tell without upsetting who reckons with them; both ends belong to it. */
record TimeRange(Instant from, Instant to) {

    /** What the protocol calls a time. */
    static final TimeRange ANY =
            new TimeRange(Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("9999-12-31T23:59:59Z"));

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    /** Looks at seconds only: what is out of range may be no {@link Instant} at all. */
    boolean holds(Timestamp time) {
        return time.getNanos() >= 0
                && time.getNanos() < NANOS_PER_SECOND
                && time.getSeconds() >= from.getEpochSecond()
                && time.getSeconds() <= to.getEpochSecond();
    }
}
