package org.skep.protocol.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An intake for a thread that waits for what comes. A message counts as taken once the next one is asked for: who reads
 * slowly slows the sender down.
 */
public final class Inbox<T> implements Intake<T> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private T message;
    private CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);
    private boolean over;
    private RuntimeException failure;

    @Override
    public CompletionStage<Void> take(T next) {
        lock.lock();
        try {
            CompletableFuture<Void> promise = new CompletableFuture<>();
            if (over) {
                promise.completeExceptionally(new IllegalStateException("nobody reads any more"));
            } else {
                message = next;
                taken = promise;
                changed.signalAll();
            }
            return promise;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end() {
        end(null);
    }

    @Override
    public void fail(RuntimeException why) {
        end(why);
    }

    private void end(RuntimeException why) {
        lock.lock();
        try {
            if (!over) {
                over = true;
                failure = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next message; empty at the end.
     *
     * @throws RuntimeException what the conversation failed with, after the last message
     */
    public Optional<T> next() throws InterruptedException {
        return next(Duration.ofNanos(Long.MAX_VALUE));
    }

    /** As {@link #next()}; empty also when none has come in time. */
    public Optional<T> next(Duration patience) throws InterruptedException {
        release();
        return await(patience.toNanos());
    }

    /** The message before is done with, unless the next one is here already. */
    private void release() {
        CompletableFuture<Void> before;
        lock.lock();
        try {
            if (message != null) {
                return;
            }
            before = taken;
        } finally {
            lock.unlock();
        }
        before.complete(null);
    }

    private Optional<T> await(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (message == null && !over && left > 0) {
                left = changed.awaitNanos(left);
            }
            Optional<T> next = Optional.ofNullable(message);
            message = null;
            if (next.isEmpty() && failure != null) {
                throw failure;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is read any more. */
    public void close() {
        CompletableFuture<Void> last;
        lock.lock();
        try {
            over = true;
            message = null;
            last = taken;
        } finally {
            lock.unlock();
        }
        last.completeExceptionally(new IllegalStateException("nobody reads any more"));
    }
}
