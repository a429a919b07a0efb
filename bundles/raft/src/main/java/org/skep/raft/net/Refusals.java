package org.skep.raft.net;

import java.net.SocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of connections that were refused: of the first at once, of more now and then, and never of each. */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long PAUSE = Duration.ofMinutes(10).toNanos();

    private long told;
    private long untold;
    private boolean any;

    synchronized void refused(SocketAddress from, Exception why) {
        untold++;
        long now = System.nanoTime();
        if (any && now - told < PAUSE) {
            LOG.debug("Refused a connection from {}: {}", from, why.toString());
            return;
        }
        if (untold == 1) {
            LOG.warn("Refused a connection to consensus from {}: {}", from, why.getMessage());
        } else {
            LOG.warn("Refused {} connections to consensus, the last one from {}: {}", untold, from, why.getMessage());
        }
        any = true;
        told = now;
        untold = 0;
    }

    void failed(Throwable why) {
        LOG.warn("Cannot take connections to consensus", why);
    }

    void ignored(String when, Exception why) {
        LOG.debug("A connection to consensus did not close well at {}", when, why);
    }
}
