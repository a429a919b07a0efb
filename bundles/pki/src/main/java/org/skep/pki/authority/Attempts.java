package org.skep.pki.authority;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often somebody has tried something within a minute. Remembers those who tried last, and so many only. */
final class Attempts {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_KNOWN = 1024;

    private final Map<String, Window> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    private record Window(Instant since, int count) {}

    synchronized int of(String who, Instant now) {
        Window window = known.get(who);
        return window == null || !now.isBefore(window.since().plus(WINDOW)) ? 0 : window.count();
    }

    /** @return how many it makes */
    synchronized int add(String who, Instant now) {
        int count = of(who, now);
        Window next =
                count == 0 ? new Window(now, 1) : new Window(known.get(who).since(), count + 1);
        known.put(who, next);
        return next.count();
    }
}
