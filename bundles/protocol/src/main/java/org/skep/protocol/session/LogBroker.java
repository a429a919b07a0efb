package org.skep.protocol.session;

import java.util.List;
import java.util.function.Consumer;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;

/** Gathers the log lines of tasks from the nodes that have them. */
public interface LogBroker {

    /**
     * Starts to gather. Lines of one task keep their order; lines of several tasks are not sorted against each other.
     *
     * @param lines called one at a time; may block to slow the publishers down
     * @param warnings told, while following, of each node that cannot be asked as that shows; never waits
     * @param end called once, after the last line, with a warning for each node that could not be asked and was not told
     *     of before (never null)
     */
    Subscription subscribe(
            LogSelector selector,
            LogSubscriptionOptions options,
            Consumer<LogMessage> lines,
            Consumer<String> warnings,
            Consumer<List<String>> end);

    /** A running subscription; closing it tells the nodes to stop. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
