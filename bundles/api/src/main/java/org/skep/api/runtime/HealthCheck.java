package org.skep.api.runtime;

import java.time.Duration;
import java.util.List;

/**
 * How to tell whether a task is well. Zero durations and retries stand for the runtime's defaults.
 *
 * @param test {@code NONE}, {@code CMD arg...}, {@code CMD-SHELL command}; empty for what the image says
 */
public record HealthCheck(
        List<String> test,
        Duration interval,
        Duration timeout,
        int retries,
        Duration startPeriod,
        Duration startInterval) {
    public HealthCheck {
        test = List.copyOf(test);
    }
}
