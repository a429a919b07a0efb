package org.skep.control.local;

import com.google.protobuf.Duration;
import java.math.BigDecimal;
import org.skep.api.SkepException;

/** Numbers and durations as they come over the wire. */
final class Numbers {

    private Numbers() {}

    static void checkNotNegative(String code, String what, Duration duration) {
        if (nanos(duration) < 0) {
            throw SkepException.user(code, what + " " + shown(duration) + " must not be negative", "0 or more");
        }
    }

    /** For numbers that are unsigned on the wire. */
    static void checkCount(String code, String what, long count) {
        if (count < 0) {
            throw SkepException.user(code, what + " " + count + " must not be negative", "0 or more");
        }
    }

    private static String shown(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNanos(), 9))
                        .stripTrailingZeros()
                        .toPlainString()
                + "s";
    }

    /** Saturating, so that a huge duration stays one. */
    static long nanos(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds()).compareTo(java.time.Duration.ofDays(36500)) > 0
                ? Long.MAX_VALUE
                : java.time.Duration.ofSeconds(Math.max(duration.getSeconds(), -1_000_000_000L), duration.getNanos())
                        .toNanos();
    }
}
