package org.skep.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.skep.protocol.LogMessage;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.session.WorkerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on their way to one reader. A line leaves at once; those that come while others are on their way go together. There
 * is room for so many: a slow reader slows down who has more to say. Thread-safe.
 */
final class LogLines {

    private static final Logger LOG = LoggerFactory.getLogger(LogLines.class);
    private static final int ROOM = 128 << 10;

    private final String subscription;
    private final WorkerSession session;
    private List<LogMessage> waiting = new ArrayList<>();
    private int size;
    private boolean sending;
    private boolean complete;
    private boolean over;

    LogLines(String subscription, WorkerSession session) {
        this.subscription = subscription;
        this.session = session;
    }

    /** Takes a line, as soon as there is room. It is lost if nobody reads any more. */
    void add(LogMessage line) throws InterruptedException {
        synchronized (this) {
            while (size >= ROOM && !over) {
                wait();
            }
            if (over) {
                return;
            }
            waiting.add(line);
            size += line.getSerializedSize();
        }
        send();
    }

    /** No line follows. */
    void end() {
        synchronized (this) {
            complete = true;
        }
        send();
    }

    /** Nobody reads any more. */
    synchronized void abort() {
        over = true;
        waiting.clear();
        notifyAll();
    }

    private void send() {
        for (PublishLogsMessage next = next(); next != null; next = next()) {
            CompletableFuture<Void> taken = session.publishLogs(next).toCompletableFuture();
            if (!taken.isDone()) {
                taken.whenComplete((done, failure) -> {
                    sent(failure);
                    send();
                });
                return;
            }
            taken.whenComplete((done, failure) -> sent(failure));
        }
    }

    /** What has to leave now, if anything does and nothing else is on its way. */
    private synchronized PublishLogsMessage next() {
        if (sending || over || waiting.isEmpty() && !complete) {
            return null;
        }
        PublishLogsMessage message = PublishLogsMessage.newBuilder()
                .setSubscriptionId(subscription)
                .addAllMessages(waiting)
                .setClose(complete)
                .build();
        sending = true;
        over = complete;
        waiting = new ArrayList<>();
        size = 0;
        notifyAll();
        return message;
    }

    private synchronized void sent(Throwable failure) {
        sending = false;
        if (failure != null) {
            LOG.debug("nobody takes the log any more", failure);
            abort();
        }
    }
}
