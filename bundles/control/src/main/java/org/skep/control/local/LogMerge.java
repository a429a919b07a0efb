package org.skep.control.local;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Times;

/**
 * Puts lines of many tasks in order of time, between a broker that publishes and a reader that may be slow. Lines of one
 * task keep their order, whatever their times.
 *
 * <p>Who follows gets a line once others have had a little time to come before it. Who does not gets them all in order, at
 * the end; there is room for so many only, beyond which the earliest go first, and a publisher waits for the reader.
 */
final class LogMerge {

    private static final long ROOM = 16 << 20;
    /** What a line costs beside its text. */
    private static final int OVERHEAD = 200;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Held> lines =
            new PriorityQueue<>(Comparator.comparing(Held::time).thenComparing(Held::number));
    private final Map<String, Instant> latest = new HashMap<>();
    private final boolean following;
    private final long window;
    private final long deadline;
    private long latestArrival = System.nanoTime();
    private long number;
    private long held;
    /** Those that came before the end. */
    private final Queue<String> early = new ArrayDeque<>();

    private List<String> warnings;
    private SkepException failure;
    private boolean closed;

    private record Held(LogMessage line, Instant time, long number, long arrived) {
        long size() {
            return line.getData().size() + OVERHEAD;
        }
    }

    /** @param window how long a line is held back for others when following */
    LogMerge(boolean following, Duration window) {
        this(following, window, Duration.ofNanos(Long.MAX_VALUE));
    }

    /** @param limit after which the end has come, once no line comes for as long as the window */
    LogMerge(boolean following, Duration window, Duration limit) {
        this.following = following;
        this.window = window.toNanos();
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /** Adds a line; drops it once the reader is gone. */
    void put(LogMessage line) {
        lock.lock();
        try {
            while (held >= ROOM && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                return;
            }
            Instant time = latest.merge(
                    line.getContext().getTaskId(),
                    Times.instant(line.getTimestamp()),
                    (before, now) -> now.isAfter(before) ? now : before);
            latestArrival = System.nanoTime();
            Held next = new Held(line, time, number++, latestArrival);
            lines.add(next);
            held += next.size();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tells the reader something now. Never waits. */
    void warn(String warning) {
        lock.lock();
        try {
            early.add(warning);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No line comes any more. Only the first end counts. */
    void end(List<String> withWarnings) {
        end(List.copyOf(withWarnings), null);
    }

    /** No line comes any more, though there may be some. */
    void fail(SkepException why) {
        end(List.of(), why);
    }

    private void end(List<String> withWarnings, SkepException why) {
        lock.lock();
        try {
            if (warnings == null) {
                warnings = withWarnings;
                failure = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next line; null at the end.
     *
     * @param warned called with what {@link #warn} brings while the reader waits
     * @throws SkepException after the last line, if it was not the end
     */
    LogMessage take(Consumer<String> warned) throws InterruptedException {
        while (true) {
            String warning;
            lock.lockInterruptibly();
            try {
                awaitNews();
                warning = early.poll();
                if (warning == null) {
                    return next();
                }
            } finally {
                lock.unlock();
            }
            warned.accept(warning);
        }
    }

    private void awaitNews() throws InterruptedException {
        long left = nanosLeft();
        while (left > 0 && early.isEmpty()) {
            changed.awaitNanos(left);
            left = nanosLeft();
        }
    }

    private LogMessage next() {
        Held next = lines.poll();
        if (next == null) {
            if (failure != null) {
                throw failure;
            }
            return null;
        }
        held -= next.size();
        changed.signalAll();
        return next.line();
    }

    /** How long the reader has to wait for the next line, or for news. */
    private long nanosLeft() {
        Held first = lines.peek();
        long now = System.nanoTime();
        long untilEnd = Math.max(deadline - now, latestArrival + window - now);
        if (untilEnd <= 0 && warnings == null) {
            warnings = List.of();
        }
        if (warnings != null || held >= ROOM) {
            return 0;
        }
        long patience = first != null && following ? first.arrived() + window - now : TimeUnit.MINUTES.toNanos(1);
        return Math.min(patience, untilEnd);
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
            held = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
