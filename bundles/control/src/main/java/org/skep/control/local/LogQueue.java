package org.skep.control.local;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.skep.protocol.LogMessage;

/** Between a broker that publishes and a reader that may be slow: a full queue holds the publisher back. */
final class LogQueue {

    private static final int CAPACITY = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<LogMessage> lines = new ArrayDeque<>();
    private List<String> warnings;
    private boolean closed;

    /** Adds a line; drops it once the reader is gone. */
    void put(LogMessage line) {
        lock.lock();
        try {
            while (lines.size() >= CAPACITY && !closed) {
                changed.awaitUninterruptibly();
            }
            if (!closed) {
                lines.add(line);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** No line comes any more. Only the first end counts. */
    void end(List<String> withWarnings) {
        lock.lock();
        try {
            if (warnings == null) {
                warnings = List.copyOf(withWarnings);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next line; null at the end. */
    LogMessage take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (lines.isEmpty() && warnings == null) {
                changed.await(1, TimeUnit.MINUTES);
            }
            LogMessage line = lines.poll();
            changed.signalAll();
            return line;
        } finally {
            lock.unlock();
        }
    }

    /** What {@link #end} brought; only after {@link #take} has returned null. */
    List<String> warnings() {
        lock.lock();
        try {
            return warnings;
        } finally {
            lock.unlock();
        }
    }

    /** The reader is gone: publishers wait no longer. */
    void close() {
        lock.lock();
        try {
            closed = true;
            lines.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
