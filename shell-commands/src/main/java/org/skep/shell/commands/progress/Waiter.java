package org.skep.shell.commands.progress;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.control.Control;
import org.skep.control.ServiceChanges.Follower;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.value.GoDuration;

/** Waits until a service is where a script needs it to be. The swarm itself tries for ever; this ends with a reason. */
public final class Waiter {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final int MOST_NAMED = 3;

    private final Control control;
    private final InstantSource clock;
    private final Optional<Duration> timeout;
    private final Instant begin;

    /** @param timeout empty to wait as long as it takes */
    public Waiter(Control control, InstantSource clock, Optional<Duration> timeout) {
        this.control = control;
        this.clock = clock;
        this.timeout = timeout;
        this.begin = clock.instant();
    }

    /**
     * Until all tasks run, or have completed if it is a job, and no update is under way.
     *
     * @throws SkepException {@code TIMEOUT}; {@code UPDATE_PAUSED}; {@code NOT_FOUND} once the service is removed
     */
    public void converged(Service service) throws InterruptedException {
        await(service, "converged", snapshot -> {
            Census census = Census.of(snapshot);
            return census.complete() ? ofUpdate(snapshot.service()) : Optional.of(shortfall(census));
        });
    }

    /**
     * Until no update or rollback is under way.
     *
     * @throws SkepException as {@link #converged}
     */
    public void updated(Service service) throws InterruptedException {
        await(service, "been updated", snapshot -> ofUpdate(snapshot.service()).map(update -> {
            Census census = Census.of(snapshot);
            return census.complete() ? update : update + "; " + shortfall(census);
        }));
    }

    /**
     * Until neither the service nor any task of it is there.
     *
     * @throws SkepException {@code TIMEOUT}
     */
    public void removed(Service service) throws InterruptedException {
        while (true) {
            long tasks = control.tasks().ofService(service.getId()).size();
            boolean there = isThere(service.getId());
            if (!there && tasks == 0) {
                return;
            }
            if (left().isZero()) {
                throw late(
                        service,
                        "been removed",
                        there
                                ? "nobody has removed it"
                                : tasks + (tasks == 1 ? " task is" : " tasks are") + " still there");
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
    }

    private boolean isThere(String id) {
        try {
            control.services().get(id);
            return true;
        } catch (SkepException e) {
            if (e.code().equals("NOT_FOUND")) {
                return false;
            }
            throw e;
        }
    }

    /** What a snapshot still lacks. */
    private interface Goal {
        Optional<String> lacks(Snapshot snapshot);
    }

    private void await(Service service, String what, Goal goal) throws InterruptedException {
        try (Follower follower = control.changes().follow(service.getId())) {
            Snapshot snapshot = follower.next(LONGEST_PAUSE);
            Optional<String> lack = Optional.of("nothing is known of its tasks");
            while (true) {
                if (snapshot != null) {
                    lack = goal.lacks(snapshot);
                    refusePaused(snapshot.service());
                }
                if (lack.isEmpty()) {
                    return;
                }
                if (left().isZero()) {
                    throw late(service, what, lack.get());
                }
                snapshot = follower.next(left());
            }
        }
    }

    private Duration left() {
        Duration left = timeout.map(most -> most.minus(Duration.between(begin, clock.instant())))
                .orElse(LONGEST_PAUSE);
        return left.isNegative() ? Duration.ZERO : left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE;
    }

    private static Optional<String> ofUpdate(Service service) {
        return switch (service.getUpdateStatus().getState()) {
            case UPDATING -> Optional.of("an update is under way");
            case ROLLBACK_STARTED -> Optional.of("a rollback is under way");
            default -> Optional.empty();
        };
    }

    /** Only an operator can help. */
    private static void refusePaused(Service service) {
        String update =
                switch (service.getUpdateStatus().getState()) {
                    case PAUSED -> "update";
                    case ROLLBACK_PAUSED -> "rollback";
                    default -> "";
                };
        if (!update.isEmpty()) {
            String message = service.getUpdateStatus().getMessage();
            throw SkepException.state(
                    "UPDATE_PAUSED",
                    "service " + name(service) + ": " + (message.isEmpty() ? update + " paused" : message),
                    "see \"service ps " + name(service) + "\"");
        }
    }

    private static String shortfall(Census census) {
        String count =
                census.done() + " of " + census.total() + (census.job() ? " tasks have completed" : " tasks run");
        List<String> tasks = census.places().values().stream()
                .map(Attempt::standingFor)
                .filter(task -> !Attempt.runs(task) && task.getStatus().getState() != TaskState.COMPLETE)
                .map(Waiter::standing)
                .limit(MOST_NAMED)
                .toList();
        return count + (tasks.isEmpty() ? "" : "; " + String.join("; ", tasks));
    }

    private static String standing(Task task) {
        String error = task.getStatus().getErr();
        return TaskNames.of(task) + " is " + task.getStatus().getState().name().toLowerCase(Locale.ROOT)
                + (error.isEmpty() ? "" : " (" + error + ")");
    }

    private SkepException late(Service service, String what, String reason) {
        return SkepException.state(
                "TIMEOUT",
                "service " + name(service) + " has not " + what + " after " + GoDuration.print(timeout.orElseThrow())
                        + ": " + reason,
                "see \"service explain " + name(service) + "\"");
    }

    private static String name(Service service) {
        return service.getSpec().getAnnotations().getName();
    }
}
