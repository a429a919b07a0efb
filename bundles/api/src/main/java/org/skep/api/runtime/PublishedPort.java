package org.skep.api.runtime;

/**
 * A port of the task on this host.
 *
 * @param published 0 lets the runtime choose
 */
public record PublishedPort(Protocol protocol, int target, int published) {

    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }
}
