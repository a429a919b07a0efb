package org.skep.dispatcher;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.protocol.LogMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands lines to a reader that may block, on a thread that exists while there is something to hand over. Publishers
 * learn when their lines were taken, and wait with the next ones.
 */
final class LogDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(LogDelivery.class);
    private static final long IDLE_SECONDS = 1;

    private final Consumer<LogMessage> lines;
    private final Consumer<String> warnings;
    private final Consumer<List<String>> end;
    private final ThreadPoolExecutor executor;
    private final Set<CompletableFuture<Void>> outstanding = ConcurrentHashMap.newKeySet();

    /** @param gone told once nothing is handed over any more */
    LogDelivery(
            Consumer<LogMessage> lines,
            Consumer<String> warnings,
            Consumer<List<String>> end,
            Consumer<LogDelivery> gone) {
        this.lines = lines;
        this.warnings = warnings;
        this.end = end;
        executor =
                new ThreadPoolExecutor(
                        1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), LogDelivery::thread) {
                    @Override
                    protected void terminated() {
                        gone.accept(LogDelivery.this);
                    }
                };
        executor.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "skep-log-delivery");
        thread.setDaemon(true);
        return thread;
    }

    CompletionStage<Void> take(List<LogMessage> messages) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        outstanding.add(taken);
        try {
            executor.execute(() -> {
                try {
                    messages.forEach(lines);
                } catch (RuntimeException e) {
                    LOG.error("a reader of log lines failed: {}", e.getMessage(), e);
                    refuse(taken);
                    return;
                }
                outstanding.remove(taken);
                taken.complete(null);
            });
        } catch (RejectedExecutionException e) {
            refuse(taken);
        }
        return taken;
    }

    private void refuse(CompletableFuture<Void> taken) {
        outstanding.remove(taken);
        taken.completeExceptionally(SkepException.state("NOT_FOUND", "the reader of these log lines is gone", ""));
    }

    /** The reader has not taken everything yet. */
    boolean busy() {
        return !outstanding.isEmpty();
    }

    /** Now, whatever the reader has still to take. */
    void warn(String warning) {
        warnings.accept(warning);
    }

    /** After the lines that were taken so far. Nothing is taken any more. */
    void end(List<String> warnings) {
        List<String> all = List.copyOf(warnings);
        try {
            executor.execute(() -> end.accept(all));
        } catch (RejectedExecutionException e) {
            return;
        }
        executor.shutdown();
    }

    /** Waits until the reader has taken what there is; one that does not by then gets no more. */
    void awaitEnd(long deadline) throws InterruptedException {
        if (!executor.awaitTermination(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            abort();
        }
    }

    /** The reader is gone; publishers must not wait for it. */
    void abort() {
        executor.shutdownNow();
        outstanding.forEach(this::refuse);
    }
}
