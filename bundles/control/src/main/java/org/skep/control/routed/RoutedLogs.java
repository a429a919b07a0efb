package org.skep.control.routed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.control.Logs;
import org.skep.protocol.LogMessage;

/** Log lines, wherever the leader is. When it changes, the next one goes on where the last one stopped. */
record RoutedLogs(Router router) implements Logs {

    @Override
    public void read(String reference, Query query, Consumer<LogMessage> sink, Consumer<String> warnings)
            throws InterruptedException {
        Patience patience = router.patience();
        LogPosition position = new LogPosition(query, line -> {
            patience.renew();
            sink.accept(line);
        });
        List<String> told = new ArrayList<>();
        Question<Boolean, InterruptedException> question = leader -> {
            Query next = position.next();
            // What the leader before has told is no news from the next one.
            List<String> known = new ArrayList<>(told);
            leader.logs().read(reference, next, position, warning -> {
                if (!known.remove(warning)) {
                    told.add(warning);
                    warnings.accept(warning);
                }
            });
            return true;
        };
        try {
            router.read(patience, question);
        } catch (SkepException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }
}
