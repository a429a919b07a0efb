package org.skep.control.local;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.control.Events.Event;

/** The events of late, and those who wait for more. One who is too slow misses what is no longer remembered. */
final class EventLog {

    /** Tasks have events enough to push out all others: they have a memory of their own. */
    private static final int REMEMBERED = 1000;

    /** How long to wait at most before looking at the clock again, which may have been set. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private record Numbered(long number, Event event) {}

    private final Clock clock;
    private final List<Numbered> tasks = new ArrayList<>();
    private final List<Numbered> others = new ArrayList<>();
    private long last;
    private boolean ended;

    EventLog(Clock clock) {
        this.clock = clock;
    }

    synchronized void add(Event event) {
        last++;
        List<Numbered> memory = event.type().equals("task") ? tasks : others;
        if (memory.size() == REMEMBERED) {
            memory.remove(0);
        }
        memory.add(new Numbered(last, event));
        notifyAll();
    }

    /** Nothing comes any more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** See {@link org.skep.control.Events#follow}. */
    void follow(Optional<Instant> since, Optional<Instant> until, Consumer<Event> sink) throws InterruptedException {
        long seen = since.isPresent() ? 0 : newest();
        while (true) {
            List<Numbered> next = await(seen, until);
            if (next.isEmpty()) {
                return;
            }
            for (Numbered numbered : next) {
                seen = numbered.number();
                Instant time = numbered.event().time();
                boolean early = since.isPresent() && time.isBefore(since.get());
                boolean late = until.isPresent() && time.isAfter(until.get());
                if (!early && !late) {
                    sink.accept(numbered.event());
                }
            }
        }
    }

    private synchronized long newest() {
        return last;
    }

    /** What comes after {@code seen}; nothing once {@code until} has passed. */
    private synchronized List<Numbered> await(long seen, Optional<Instant> until) throws InterruptedException {
        while (last <= seen) {
            if (ended) {
                throw SkepException.state("NOT_A_MANAGER", "this node is no longer a manager", "");
            }
            Duration left =
                    until.map(end -> Duration.between(clock.instant(), end)).orElse(LONGEST_WAIT);
            if (left.isNegative() || left.isZero()) {
                return List.of();
            }
            wait((left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT).toMillis() + 1);
        }
        return after(seen);
    }

    /** Both memories are in order; so is what comes of them. */
    private List<Numbered> after(long seen) {
        List<Numbered> next = new ArrayList<>();
        tasks.stream().filter(numbered -> numbered.number() > seen).forEach(next::add);
        others.stream().filter(numbered -> numbered.number() > seen).forEach(next::add);
        next.sort((one, other) -> Long.compare(one.number(), other.number()));
        return next;
    }
}
