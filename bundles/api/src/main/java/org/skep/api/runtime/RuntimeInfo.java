package org.skep.api.runtime;

import java.util.List;

/**
 * A host as its runtime sees it.
 *
 * @param version the engine's
 * @param os such as {@code linux}
 * @param architecture as {@code uname -m} names it, such as {@code x86_64}
 * @param nanoCpus billionths of a processor
 * @param memoryBytes the host's
 * @param logDrivers that tasks may name; empty if that is not known
 * @param genericResources that the engine was told of
 */
public record RuntimeInfo(
        String version,
        String os,
        String architecture,
        long nanoCpus,
        long memoryBytes,
        List<String> logDrivers,
        List<GenericResource> genericResources) {
    public RuntimeInfo {
        logDrivers = List.copyOf(logDrivers);
        genericResources = List.copyOf(genericResources);
    }

    /** Of a runtime that knows neither log drivers nor generic resources. */
    public RuntimeInfo(String version, String os, String architecture, long nanoCpus, long memoryBytes) {
        this(version, os, architecture, nanoCpus, memoryBytes, List.of(), List.of());
    }
}
