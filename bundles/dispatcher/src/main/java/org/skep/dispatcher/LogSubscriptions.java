package org.skep.dispatcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.session.LogBroker;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Loop;

/** Carries log lines from the nodes to who subscribed. Nodes come and go on the dispatcher's loop. */
final class LogSubscriptions {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Store store;
    private final Loop loop;
    private final Map<String, LogSubscription> open = new ConcurrentHashMap<>();
    /** Also of those that are over, as long as lines are handed over still. */
    private final Set<LogDelivery> deliveries = ConcurrentHashMap.newKeySet();

    private final Map<String, NodeSession> present = new HashMap<>();
    private volatile boolean closed;

    LogSubscriptions(Store store, Loop loop) {
        this.store = store;
        this.loop = loop;
    }

    LogBroker.Subscription subscribe(
            LogSelector selector,
            LogSubscriptionOptions options,
            Consumer<LogMessage> lines,
            Consumer<String> warnings,
            Consumer<List<String>> end) {
        LogDelivery delivery = new LogDelivery(lines, warnings, end, deliveries::remove);
        deliveries.add(delivery);
        LogSubscription subscription = new LogSubscription(selector, options, delivery, loop::now);
        open.put(subscription.id(), subscription);
        if (closed) {
            end(subscription, "this manager no longer leads");
            return () -> {};
        }
        loop.execute(() -> {
            subscription.refresh(store.view(), present);
            forgetIfOver(subscription);
        });
        watchForSilence(subscription);
        return () -> {
            delivery.abort();
            open.remove(subscription.id());
            loop.execute(() -> subscription.cancel(present));
        };
    }

    /** A node that neither sends nor ends is given up, so that no reader waits for ever. */
    private void watchForSilence(LogSubscription subscription) {
        loop.after(LOOK_EVERY, () -> {
            if (open.containsKey(subscription.id())) {
                subscription.giveUpSilent(store.view());
                forgetIfOver(subscription);
                watchForSilence(subscription);
            }
        });
    }

    CompletionStage<Void> publish(String nodeId, PublishLogsMessage message) {
        LogSubscription subscription = open.get(message.getSubscriptionId());
        if (subscription == null) {
            return CompletableFuture.failedStage(SkepException.state(
                    "NOT_FOUND", "nobody subscribes to " + message.getSubscriptionId() + " any more", ""));
        }
        View view = store.view();
        for (LogMessage line : message.getMessagesList()) {
            if (foreign(view, nodeId, line)) {
                return CompletableFuture.failedStage(
                        SkepException.user("NOT_YOUR_TASK", "node " + nodeId + " sent a log line of another node", ""));
            }
            if (!TimeRange.ANY.holds(line.getTimestamp())) {
                return CompletableFuture.failedStage(SkepException.user(
                        "INVALID_LINE", "node " + nodeId + " sent a log line with a time that cannot be", ""));
            }
        }
        CompletionStage<Void> taken = subscription.take(
                message.getMessagesList().stream().map(SoundText::of).toList());
        loop.execute(() -> {
            subscription.heard(nodeId);
            if (message.getClose()) {
                subscription.done(nodeId, store.view());
                forgetIfOver(subscription);
            }
        });
        return taken;
    }

    /** The last lines of a task may come after it was deleted, when nobody can tell whose it was. */
    private static boolean foreign(View view, String nodeId, LogMessage line) {
        return !line.getContext().getNodeId().equals(nodeId)
                || view.tasks()
                        .get(line.getContext().getTaskId())
                        .filter(task -> !task.getNodeId().equals(nodeId))
                        .isPresent();
    }

    private void forgetIfOver(LogSubscription subscription) {
        if (subscription.over()) {
            open.remove(subscription.id());
        }
    }

    void nodeCame(NodeSession session) {
        present.put(session.nodeId(), session);
        refresh(store.view());
    }

    /** The node listens no more in this session. */
    void nodeLeft(NodeSession session) {
        if (present.get(session.nodeId()) == session) {
            nodeLeft(session.nodeId());
        }
    }

    void nodeLeft(String nodeId) {
        present.remove(nodeId);
        for (LogSubscription subscription : List.copyOf(open.values())) {
            subscription.left(nodeId, store.view());
            forgetIfOver(subscription);
        }
    }

    /** Tasks may have come to nodes that were not asked before. */
    void refresh(View view) {
        for (LogSubscription subscription : List.copyOf(open.values())) {
            subscription.refresh(view, present);
            forgetIfOver(subscription);
        }
    }

    private void end(LogSubscription subscription, String warning) {
        open.remove(subscription.id());
        subscription.end(warning);
    }

    /** Returns when no line is on its way to a reader. */
    void close() throws InterruptedException {
        closed = true;
        List<LogSubscription> left = List.copyOf(open.values());
        left.forEach(subscription -> end(subscription, "this manager no longer leads: there may be more lines"));
        long deadline = System.nanoTime() + CLOSE_NANOS;
        for (LogDelivery delivery : List.copyOf(deliveries)) {
            delivery.awaitEnd(deadline);
        }
    }
}
