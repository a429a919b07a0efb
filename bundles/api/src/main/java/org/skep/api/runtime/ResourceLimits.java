package org.skep.api.runtime;

import java.util.OptionalLong;

/**
 * What a task may use, and what it can count on.
 *
 * @param limitNanoCpus billionths of a processor; 0 for no limit
 * @param limitMemoryBytes 0 for no limit
 * @param reservedNanoCpus 0 for none
 * @param reservedMemoryBytes 0 for none
 * @param swapBytes beside the memory; -1 for no limit; empty for the runtime's default
 * @param swappiness from 0 to 100; empty for the host's
 */
public record ResourceLimits(
        long limitNanoCpus,
        long limitMemoryBytes,
        long reservedNanoCpus,
        long reservedMemoryBytes,
        OptionalLong swapBytes,
        OptionalLong swappiness) {

    public static final ResourceLimits NONE = new ResourceLimits(0, 0, 0, 0);

    /** With the usual swap. */
    public ResourceLimits(long limitNanoCpus, long limitMemoryBytes, long reservedNanoCpus, long reservedMemoryBytes) {
        this(
                limitNanoCpus,
                limitMemoryBytes,
                reservedNanoCpus,
                reservedMemoryBytes,
                OptionalLong.empty(),
                OptionalLong.empty());
    }
}
