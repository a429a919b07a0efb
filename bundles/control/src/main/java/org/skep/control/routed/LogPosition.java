package org.skep.control.routed;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
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

    /** The time of a task's last line, and how many lines it had at that time. */
    private record Last(Instant time, int lines) {}

    private final Logs.Query query;
    private final Consumer<LogMessage> sink;
    private final Map<String, Last> had = new HashMap<>();
    /** As {@link #had} was when this attempt began, and what has come since. */
    private Map<String, Last> before = Map.of();

    private final Map<String, Last> repeated = new HashMap<>();
    private Instant newest = Instant.MIN;

    LogPosition(Logs.Query query, Consumer<LogMessage> sink) {
        this.query = query;
        this.sink = sink;
    }

    /** What to ask for, so that nothing is missing. */
    Logs.Query next() {
        if (had.isEmpty()) {
            return query;
        }
        before = Map.copyOf(had);
        repeated.clear();
        Instant since = newest.minus(OVERLAP);
        return new Logs.Query(query.follow(), -1, since.isAfter(query.since()) ? since : query.since());
    }

    @Override
    public void accept(LogMessage line) {
        String task = line.getContext().getTaskId();
        Instant time = Times.instant(line.getTimestamp());
        if (hadBefore(task, time)) {
            return;
        }
        had.merge(task, new Last(time, 1), LogPosition::next);
        newest = time.isAfter(newest) ? time : newest;
        sink.accept(line);
    }

    private static Last next(Last last, Last line) {
        return line.time().equals(last.time()) ? new Last(last.time(), last.lines() + 1) : line;
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
        return repeated.merge(task, new Last(time, 1), LogPosition::next).lines() <= last.lines();
    }
}
