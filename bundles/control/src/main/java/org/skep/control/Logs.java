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
     * @throws org.skep.api.SkepException {@code NOT_FOUND}, {@code PATTERN_INVALID} or {@code PATTERN_TOO_COSTLY}
     * @throws InterruptedException to stop
     */
    void read(String reference, Query query, Consumer<LogMessage> sink, Consumer<String> warnings)
            throws InterruptedException;

    /**
     * Which lines.
     *
     * @param tail how many of the newest lines of each task to begin with; negative for all
     * @param since lines from this moment on; {@link Instant#MIN} for all
     * @param until lines up to this moment, which also ends the following; {@link Instant#MAX} for all
     * @param grep a regular expression that is found in each line, of those that are left; empty for all
     */
    record Query(boolean follow, long tail, Instant since, Instant until, String grep) {
        public Query(boolean follow, long tail, Instant since) {
            this(follow, tail, since, Instant.MAX, "");
        }
    }
}
