package org.skep.api.runtime;

/**
 * A host as its runtime sees it.
 *
 * @param version the engine's
 * @param os such as {@code linux}
 * @param architecture as {@code uname -m} names it, such as {@code x86_64}
 * @param nanoCpus billionths of a processor
 * @param memoryBytes the host's
 */
public record RuntimeInfo(String version, String os, String architecture, long nanoCpus, long memoryBytes) {}
