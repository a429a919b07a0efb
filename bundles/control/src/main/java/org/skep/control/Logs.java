package org.skep.control;

import java.time.Instant;
import java.util.function.Consumer;
import org.skep.protocol.LogMessage;

/** Log lines of services and tasks, from every node that has them. */
public interface Logs {

    /**
     * Sends log lines to {@code sink} until there are no more, or for ever when following.
     *
     * @param reference a service, or else a task
     * @param sink called on the calling thread, as is {@code warnings}
     * @param warnings told of nodes that cannot be asked: while following as they are lost, else at the end
     * @throws InterruptedException to stop
     */
    void read(String reference, Query query, Consumer<LogMessage> sink, Consumer<String> warnings)
            throws InterruptedException;

    /**
     * Which lines.
     *
     * @param tail how many of the newest lines of each task to begin with; negative for all
     * @param since lines from this moment on; {@link Instant#MIN} for all
     */
    record Query(boolean follow, long tail, Instant since) {}
}
