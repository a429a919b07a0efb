package org.skep.api.runtime;

import java.time.Instant;

/**
 * What a task has used. What the runtime cannot tell is 0.
 *
 * @param time when it was looked at
 * @param cpuNanos time on processors since the task started, in nanoseconds
 * @param memoryBytes in use now, without what is only cached
 * @param memoryLimitBytes the task's limit, or the host's memory
 * @param receivedBytes over all its networks since it started
 * @param sentBytes over all its networks since it started
 * @param readBytes from disks since it started
 * @param writtenBytes to disks since it started
 * @param processes and threads, as the kernel counts them
 */
public record TaskUsage(
        Instant time,
        long cpuNanos,
        long memoryBytes,
        long memoryLimitBytes,
        long receivedBytes,
        long sentBytes,
        long readBytes,
        long writtenBytes,
        long processes) {}
