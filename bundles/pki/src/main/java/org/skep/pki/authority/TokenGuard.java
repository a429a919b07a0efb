package org.skep.pki.authority;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps those who try wrong tokens from filling log and processor. An address that has tried too many is refused without
 * a look at its token, so the refusal tells nothing.
 */
final class TokenGuard {

    private static final Logger LOG = LoggerFactory.getLogger(TokenGuard.class);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_FAILURES = 10;
    private static final int MOST_ADDRESSES = 1024;
    private static final int MOST_LINES = 20;

    private final Supplier<Instant> clock;
    private final Map<String, Failures> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };
    private Failures logged;

    private record Failures(Instant since, int count) {
        boolean isOver(Instant now) {
            return !now.isBefore(since.plus(WINDOW));
        }
    }

    TokenGuard(Supplier<Instant> clock) {
        this.clock = clock;
        logged = new Failures(clock.get(), 0);
    }

    /**
     * @param address host and port of the caller
     * @throws SkepException {@code TOO_MANY_ATTEMPTS}
     */
    synchronized void admit(String address) {
        Failures failures = byAddress.get(host(address));
        if (failures == null || failures.count() < MOST_FAILURES || failures.isOver(clock.get())) {
            return;
        }
        throw new SkepException(
                ErrorKind.RESOURCE,
                "TOO_MANY_ATTEMPTS",
                "too many attempts to join with a wrong token",
                "try again in a minute",
                null);
    }

    /** A token was none of ours. */
    synchronized void refused(String address) {
        Instant now = clock.get();
        Failures known = byAddress.get(host(address));
        Failures next = known == null || known.isOver(now)
                ? new Failures(now, 1)
                : new Failures(known.since(), known.count() + 1);
        byAddress.put(host(address), next);
        if (logged.isOver(now)) {
            logged = new Failures(now, 0);
        }
        if ((next.count() == 1 || next.count() == MOST_FAILURES) && logged.count() < MOST_LINES) {
            logged = new Failures(logged.since(), logged.count() + 1);
            LOG.warn(
                    "refused to let {} join: it has no valid token{}",
                    address,
                    next.count() == 1 ? "" : "; more of its attempts are refused for a minute, and not logged");
        }
    }

    /** Ports change with every connection. */
    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }
}
