package org.skep.store.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;

/** Loops without threads: work runs when the test calls {@link #settle}, time passes when it calls {@link #advance}. */
public final class ManualLoops implements Loops {

    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Appointment> appointments =
            new PriorityQueue<>(Comparator.comparing(Appointment::due).thenComparing(Appointment::order));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long order;

    private record Appointment(Instant due, long order, Runnable work) {}

    /** This time, for a store that stamps its objects. */
    public Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now();
            }
        };
    }

    public synchronized Instant now() {
        return now;
    }

    /** Runs everything that is ready, and what becomes ready meanwhile. */
    public void settle() {
        for (Runnable work = next(); work != null; work = next()) {
            work.run();
        }
    }

    /** Lets time pass, running what is due at its moment. */
    public void advance(Duration duration) {
        Instant end = now().plus(duration);
        settle();
        for (Appointment due = due(end); due != null; due = due(end)) {
            due.work().run();
            settle();
        }
        synchronized (this) {
            now = end;
        }
    }

    /** Time passes, and no loop gets to run: what is due meanwhile is late. */
    public synchronized void stall(Duration duration) {
        now = now.plus(duration);
    }

    private synchronized Runnable next() {
        return ready.poll();
    }

    private synchronized Appointment due(Instant end) {
        Appointment first = appointments.peek();
        if (first == null || first.due().isAfter(end)) {
            return null;
        }
        appointments.poll();
        if (first.due().isAfter(now)) {
            now = first.due();
        }
        return first;
    }

    @Override
    public Loop open(String name) {
        return new ManualLoop();
    }

    private final class ManualLoop implements Loop {

        private volatile boolean closed;

        @Override
        public Instant now() {
            return ManualLoops.this.now();
        }

        @Override
        public void execute(Runnable work) {
            synchronized (ManualLoops.this) {
                ready.add(unlessClosed(work));
            }
        }

        @Override
        public Timer after(Duration delay, Runnable work) {
            synchronized (ManualLoops.this) {
                if (delay.isZero() || delay.isNegative()) {
                    Runnable now = unlessClosed(work);
                    ready.add(now);
                    return () -> {
                        synchronized (ManualLoops.this) {
                            ready.remove(now);
                        }
                    };
                }
                Appointment appointment = new Appointment(now.plus(delay), order++, unlessClosed(work));
                appointments.add(appointment);
                return () -> {
                    synchronized (ManualLoops.this) {
                        appointments.remove(appointment);
                    }
                };
            }
        }

        private Runnable unlessClosed(Runnable work) {
            return () -> {
                if (!closed) {
                    work.run();
                }
            };
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
