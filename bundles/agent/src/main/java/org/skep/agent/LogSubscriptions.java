package org.skep.agent;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogStream;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.Times;
import org.skep.protocol.session.WorkerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends log lines of this node's tasks to who asked for them. A subscription that follows picks up tasks as they start,
 * and ends when it is closed; any other ends with the last line. Used on the loop, except where a method says otherwise.
 */
final class LogSubscriptions {

    private static final Logger LOG = LoggerFactory.getLogger(LogSubscriptions.class);

    private final Loop loop;
    private final ExecutorService workers;
    private final String nodeId;
    private final Map<String, Subscription> subscriptions = new HashMap<>();

    LogSubscriptions(Loop loop, ExecutorService workers, String nodeId) {
        this.loop = loop;
        this.workers = workers;
        this.nodeId = nodeId;
    }

    void subscribe(SubscriptionMessage message, WorkerSession session, Collection<TaskManager> tasks) {
        if (message.getClose()) {
            Subscription closed = subscriptions.remove(message.getId());
            if (closed != null) {
                closed.close();
            }
            return;
        }
        if (subscriptions.containsKey(message.getId())) {
            return;
        }
        Subscription subscription = new Subscription(message, session);
        subscriptions.put(message.getId(), subscription);
        tasks.forEach(subscription::offer);
        subscription.endIfDone();
    }

    /** The task may have log lines now. */
    void offer(TaskManager task) {
        subscriptions.values().stream()
                .filter(subscription -> subscription.options.getFollow())
                .forEach(subscription -> subscription.offer(task));
    }

    /** The session they came with is gone. */
    void closeAll() {
        subscriptions.values().forEach(Subscription::close);
        subscriptions.clear();
    }

    private final class Subscription {
        private final String id;
        private final LogSelector selector;
        private final LogSubscriptionOptions options;
        private final LogLines lines;
        private final Set<String> seen = new HashSet<>();
        private final Map<String, LogFollower> followers = new HashMap<>();
        private int open;
        private volatile boolean closed;

        Subscription(SubscriptionMessage message, WorkerSession session) {
            this.id = message.getId();
            this.selector = message.getSelector();
            this.options = message.getOptions();
            this.lines = new LogLines(message.getId(), session);
        }

        void offer(TaskManager manager) {
            Task task = manager.task();
            if (closed || !wants(task) || !manager.hasLog(options.getFollow()) || !seen.add(task.getId())) {
                return;
            }
            open++;
            // Elsewhere, because the driver may ask its engine.
            workers.execute(() -> {
                Sink sink = new Sink(task);
                try {
                    LogFollower follower = manager.runtime().logs(logOptions(), sink);
                    loop.execute(() -> follow(task.getId(), follower));
                } catch (RuntimeException e) {
                    LOG.warn("no log of task {}: {}", task.getId(), e.toString());
                    sink.end("");
                }
            });
        }

        private void follow(String taskId, LogFollower follower) {
            if (closed) {
                follower.close();
            } else {
                followers.put(taskId, follower);
            }
        }

        private boolean wants(Task task) {
            return selector.getTaskIdsList().contains(task.getId())
                    || selector.getServiceIdsList().contains(task.getServiceId())
                    || selector.getNodeIdsList().contains(nodeId);
        }

        private LogOptions logOptions() {
            List<LogStream> streams = options.getStreamsList();
            boolean all = streams.isEmpty();
            return new LogOptions(
                    options.getFollow(),
                    // 0 is all, -1 none, -(n+1) the newest n; lines from the start cannot be skipped by any runtime
                    options.getTail() < 0 ? -(options.getTail() + 1) : -1,
                    options.hasSince() ? Times.instant(options.getSince()) : Instant.MIN,
                    all || streams.contains(LogStream.LOG_STREAM_STDOUT),
                    all || streams.contains(LogStream.LOG_STREAM_STDERR));
        }

        private void ended(String taskId) {
            open--;
            LogFollower follower = followers.remove(taskId);
            if (follower != null) {
                follower.close();
            }
            endIfDone();
        }

        void endIfDone() {
            if (!closed && open == 0 && !options.getFollow()) {
                subscriptions.remove(id);
                lines.end();
                letGo();
            }
        }

        void close() {
            lines.abort();
            letGo();
        }

        private void letGo() {
            closed = true;
            followers.values().forEach(LogFollower::close);
            followers.clear();
        }

        /** Called by the driver, which waits while the reader is slow. */
        private final class Sink implements LogSink {
            private final String taskId;
            private final LogContext context;

            Sink(Task task) {
                taskId = task.getId();
                context = LogContext.newBuilder()
                        .setServiceId(task.getServiceId())
                        .setNodeId(nodeId)
                        .setTaskId(task.getId())
                        .build();
            }

            @Override
            public void line(Instant time, Stream stream, byte[] data) {
                if (closed) {
                    return;
                }
                LogMessage line = LogMessage.newBuilder()
                        .setContext(context)
                        .setTimestamp(Times.timestamp(time))
                        .setStream(stream == Stream.STDOUT ? LogStream.LOG_STREAM_STDOUT : LogStream.LOG_STREAM_STDERR)
                        .setData(ByteString.copyFrom(data))
                        .build();
                try {
                    lines.add(line);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void end(String problem) {
                if (!problem.isEmpty()) {
                    LOG.warn("the log of task {} is incomplete: {}", taskId, problem);
                }
                loop.execute(() -> ended(taskId));
            }
        }
    }
}
