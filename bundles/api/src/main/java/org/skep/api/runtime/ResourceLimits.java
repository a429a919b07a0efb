package org.skep.api.runtime;

/**
 * What a task may use, and what it can count on.
 *
 * @param limitNanoCpus billionths of a processor; 0 for no limit
 * @param limitMemoryBytes 0 for no limit
 * @param reservedNanoCpus 0 for none
 * @param reservedMemoryBytes 0 for none
 */
public record ResourceLimits(
        long limitNanoCpus, long limitMemoryBytes, long reservedNanoCpus, long reservedMemoryBytes) {

    public static final ResourceLimits NONE = new ResourceLimits(0, 0, 0, 0);
}
