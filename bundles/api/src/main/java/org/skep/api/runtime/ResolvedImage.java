package org.skep.api.runtime;

import java.util.List;

/**
 * An image as its registry has it.
 *
 * @param reference with the digest: {@code NAME:TAG@sha256:...}
 * @param platforms that it is made for; empty if the registry does not say
 */
public record ResolvedImage(String reference, List<Platform> platforms) {
    public ResolvedImage {
        platforms = List.copyOf(platforms);
    }

    /** @param architecture as the registry names it, such as {@code amd64} */
    public record Platform(String os, String architecture) {}
}
