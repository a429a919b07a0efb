package org.skep.control.routed;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.skep.control.Logs;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Times;

/**
 * How far a reader of log lines has got. When it begins again elsewhere, lines come once more, of which it has had some:
 * those are left out. For one thread.
 */
final class LogPosition implements Consumer<LogMessage> {

    /** Lines of slow nodes may have been on their way, behind those of fast ones. */
    private static final Duration OVERLAP = Duration.ofSeconds(10);

    /**
     * A task's last line.
     *
     * @param time by the clock of its node
     * @param lines how many it had at that time
     * @param arrived by our own, monotonic clock
     */
    private record Last(Instant time, int lines, Duration arrived) {}

    private final Logs.Query query;
    private final Consumer<LogMessage> sink;
    private final Supplier<Duration> clock;
    private final Map<String, Last> had = new HashMap<>();
    /** As {@link #had} was when this attempt began, and what has come since. */
    private Map<String, Last> before = Map.of();

    private final Map<String, Last> repeated = new HashMap<>();
    private Duration latest = Duration.ZERO;

    LogPosition(Logs.Query query, Consumer<LogMessage> sink) {
        this(query, sink, () -> Duration.ofNanos(System.nanoTime()));
    }

    LogPosition(Logs.Query query, Consumer<LogMessage> sink, Supplier<Duration> clock) {
        this.query = query;
        this.sink = sink;
        this.clock = clock;
    }

    /** What to ask for, so that nothing is missing. */
    Logs.Query next() {
        if (had.isEmpty()) {
            return query;
        }
        before = Map.copyOf(had);
        repeated.clear();
        Instant since = had.values().stream()
                .map(this::silentSince)
                .min(Comparator.naturalOrder())
                .orElseThrow()
                .minus(OVERLAP);
        Instant from = since.isAfter(query.since()) ? since : query.since();
        return new Logs.Query(query.follow(), -1, from, query.until(), query.grep());
    }

    /** When lines stopped to come, by the clock of a task's node, which may be far from others'. */
    private Instant silentSince(Last last) {
        return last.time().plus(latest.minus(last.arrived()));
    }

    @Override
    public void accept(LogMessage line) {
        String task = line.getContext().getTaskId();
        Instant time = Times.instant(line.getTimestamp());
        if (hadBefore(task, time)) {
            return;
        }
        latest = clock.get();
        had.merge(task, new Last(time, 1, latest), LogPosition::next);
        sink.accept(line);
    }

    private static Last next(Last last, Last line) {
        return line.time().equals(last.time()) ? new Last(last.time(), last.lines() + 1, line.arrived()) : line;
    }

    /** The lines of a task keep their order: those before the last one had were had, too. */
    private boolean hadBefore(String task, Instant time) {
        Last last = before.get(task);
        if (last == null || time.isAfter(last.time())) {
            return false;
        }
        if (time.isBefore(last.time())) {
            return true;
        }
        return repeated.merge(task, new Last(time, 1, latest), LogPosition::next)
                        .lines()
                <= last.lines();
    }
}
