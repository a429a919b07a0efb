package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.skep.protocol.CrashLoop;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.Times;

/**
 * How long a place waits whose tasks end. The restart delay is the floor. When one task after another fails soon after
 * it began, each waits twice as long as the one before it, give or take a fifth, so that a crash loop costs little and
 * many of them do not keep step.
 */
final class BackOff {

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration SHORTEST_DOUBLED = Duration.ofSeconds(1);

    /** Who wants restarts at once is not kept waiting by the first few failures. */
    private static final int FREE_FAILURES = 5;

    private static final double JITTER = 0.2;
    private static final Duration SHORT_LIFE = Duration.ofSeconds(10);
    private static final Duration LONG_LIFE = Duration.ofMinutes(10);

    private BackOff() {}

    /** What is to be known of the past by the task that follows one that ended. */
    static CrashLoop after(Task ended, Task successor, Service service, Instant now) {
        int failures = failures(ended, service);
        return CrashLoop.newBuilder()
                .setFailures(failures)
                .setNextTry(Times.timestamp(now.plus(delay(successor, failures))))
                .build();
    }

    /** Another specification begins anew, and so does a task that ran well for a while. */
    private static int failures(Task ended, Service service) {
        if (!TaskStates.failed(ended) || !ended.getSpecVersion().equals(service.getSpecVersion())) {
            return 0;
        }
        return ranWell(ended) ? 1 : ended.getCrashLoop().getFailures() + 1;
    }

    private static boolean ranWell(Task ended) {
        Duration tenfold = RestartRule.delay(ended).multipliedBy(10);
        Duration enough = longer(SHORT_LIFE, shorter(tenfold, LONG_LIFE));
        return TaskStates.runningSince(ended)
                .filter(since -> !TaskStates.since(ended).isBefore(since.plus(enough)))
                .isPresent();
    }

    static Duration delay(Task successor, int failures) {
        Duration floor = RestartRule.delay(successor);
        boolean atOnce = floor.compareTo(SHORTEST_DOUBLED) < 0;
        int doublings = atOnce ? failures - FREE_FAILURES - 1 : failures - 1;
        if (atOnce ? doublings < 0 : doublings <= 0) {
            return floor;
        }
        double grown = longer(floor, SHORTEST_DOUBLED).toMillis() * Math.pow(2, doublings) * jitter(successor.getId());
        Duration longest = longest(successor);
        Duration wait = grown < longest.toMillis() ? Duration.ofMillis((long) grown) : longest;
        return longer(floor, wait);
    }

    /** Who limits restarts within a window wants them to reach the limit, so twice as many as that have to fit in. */
    private static Duration longest(Task task) {
        long attempts = task.getSpec().getRestart().getMaxAttempts();
        Duration window = Times.duration(task.getSpec().getRestart().getWindow());
        return attempts == 0 || window.isZero() ? LONGEST : shorter(LONGEST, window.dividedBy(2 * attempts));
    }

    /** IDs are random, and a task has the same one on the next leader. */
    private static double jitter(String taskId) {
        return 1 - JITTER + 2 * JITTER * new SplittableRandom(taskId.hashCode()).nextDouble();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
