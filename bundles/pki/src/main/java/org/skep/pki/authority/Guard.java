package org.skep.pki.authority;

import java.time.Instant;
import java.util.function.Supplier;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;
import org.skep.api.node.NodeIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps those who try wrong tokens, and nodes that never cease to renew, from filling log and processor. An address that
 * has tried too many tokens is refused without a look at the next one, so the refusal tells nothing.
 */
final class Guard {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final int MOST_TOKENS = 10;
    /** A node whose role changes all the time renews each time. */
    private static final int MOST_RENEWALS = 200;

    private static final int MOST_LINES = 20;
    private static final String LINES = "lines";

    private final Supplier<Instant> clock;
    private final Attempts tokens = new Attempts();
    private final Attempts renewals = new Attempts();
    private final Attempts logged = new Attempts();

    Guard(Supplier<Instant> clock) {
        this.clock = clock;
    }

    /**
     * A node has come with a token.
     *
     * @param address host and port of the caller
     * @throws SkepException {@code TOO_MANY_ATTEMPTS}
     */
    void admit(String address) {
        if (tokens.of(host(address), clock.get()) >= MOST_TOKENS) {
            throw tooMany("too many attempts to join with a wrong token");
        }
    }

    /** The token was none of ours. */
    void refused(String address) {
        Instant now = clock.get();
        int count = tokens.add(host(address), now);
        if ((count == 1 || count == MOST_TOKENS) && logged.add(LINES, now) <= MOST_LINES) {
            LOG.warn(
                    "refused to let {} join: it has no valid token{}",
                    address,
                    count == 1 ? "" : "; what else it tries within a minute is refused, and not logged");
        }
    }

    /**
     * A node asks for another certificate.
     *
     * @throws SkepException {@code TOO_MANY_ATTEMPTS}
     */
    void admit(NodeIdentity node) {
        if (renewals.add(node.nodeId(), clock.get()) > MOST_RENEWALS) {
            throw tooMany("node " + node.nodeId() + " asks for too many certificates");
        }
    }

    private static SkepException tooMany(String message) {
        return new SkepException(ErrorKind.RESOURCE, "TOO_MANY_ATTEMPTS", message, "try again in a minute", null);
    }

    /** Ports change with every connection. */
    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }
}
