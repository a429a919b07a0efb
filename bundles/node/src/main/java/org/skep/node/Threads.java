package org.skep.node;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this bundle's threads end. */
final class Threads {

    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final long PATIENCE_SECONDS = 5;

    private Threads() {}

    /** What was begun comes to its end; if that takes too long it is broken off. Returns when it is over. */
    static void end(ExecutorService threads) throws InterruptedException {
        threads.shutdown();
        if (threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return;
        }
        threads.shutdownNow();
        if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("What this node was doing when it stopped has not come to its end");
        }
    }
}
