package org.skep.shell.commands.listing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;

/** What is to be said of a task that waits because those before it failed. */
public final class CrashLoops {

    /** One failure is a mishap. */
    private static final int FEWEST_FAILURES = 2;

    private CrashLoops() {}

    /** Such as {@code crash loop, next try in 40 s}; empty for a task that has started, or need not wait. */
    public static Optional<String> words(Task task, Instant now) {
        boolean waits = task.getStatus().getState().getNumber() <= TaskState.READY_VALUE
                && task.getDesiredState().getNumber() <= TaskState.COMPLETE_VALUE;
        if (!waits || task.getCrashLoop().getFailures() < FEWEST_FAILURES) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, Times.instant(task.getCrashLoop().getNextTry()));
        return Optional.of(
                "crash loop, next try " + (left.isNegative() || left.isZero() ? "now" : "in " + words(left)));
    }

    private static String words(Duration left) {
        long seconds = (left.toMillis() + 999) / 1000;
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
