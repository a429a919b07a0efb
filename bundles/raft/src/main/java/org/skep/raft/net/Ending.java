package org.skep.raft.net;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the threads of consensus end. */
public final class Ending {

    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    private static final long PATIENCE_SECONDS = 2;

    private Ending() {}

    /** Returns once threads that were told to end have ended. */
    public static void await(ExecutorService threads) {
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A thread of consensus has not ended yet: {}", threads);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
