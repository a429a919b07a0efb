package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Holds back nodes that register or describe themselves again and again: each time costs a write. */
final class RegistrationLimit {

    private static final Duration SPACING = Duration.ofSeconds(8);
    private static final int QUICK_ONES = 3;

    /** A daemon of ours describes itself whenever something changes, and comes back at once after a failure. */
    private static final int QUICK_ONES_OF_OURS = 20;

    private final Map<String, Registrations> byNode = new HashMap<>();

    /** @param quick how many in a row came soon after the one before */
    private record Registrations(Instant last, int quick) {}

    /** @return whether the node may register now; if so, this counts as a time */
    boolean admits(String nodeId, Origin origin, Instant now) {
        Registrations before = byNode.get(nodeId);
        boolean soon = before != null && before.last().plus(SPACING).isAfter(now);
        if (soon && before.quick() >= (origin.pulses() ? QUICK_ONES_OF_OURS : QUICK_ONES)) {
            return false;
        }
        byNode.put(nodeId, new Registrations(now, soon ? before.quick() + 1 : 0));
        return true;
    }

    void forget(String nodeId) {
        byNode.remove(nodeId);
    }
}
