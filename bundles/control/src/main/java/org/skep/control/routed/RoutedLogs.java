package org.skep.control.routed;

import java.util.List;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.control.Logs;
import org.skep.protocol.LogMessage;

/** Log lines, wherever the leader is. When it changes, the next one goes on where the last one stopped. */
record RoutedLogs(Router router) implements Logs {

    @Override
    public List<String> read(String reference, Query query, Consumer<LogMessage> sink) throws InterruptedException {
        Patience patience = router.patience();
        LogPosition position = new LogPosition(query, line -> {
            patience.renew();
            sink.accept(line);
        });
        Question<List<String>, InterruptedException> question = leader -> {
            Query next = position.next();
            return leader.logs().read(reference, next, position);
        };
        try {
            return router.read(patience, question);
        } catch (SkepException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }
}
