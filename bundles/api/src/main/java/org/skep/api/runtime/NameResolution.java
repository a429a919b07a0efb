package org.skep.api.runtime;

import java.util.List;

/**
 * How a task finds others by name, beyond what its networks say.
 *
 * @param hosts {@code NAME:ADDRESS} each
 * @param servers addresses of name servers; empty for the runtime's
 * @param searchDomains empty for the runtime's
 * @param options as in {@code resolv.conf}
 */
public record NameResolution(
        List<String> hosts, List<String> servers, List<String> searchDomains, List<String> options) {

    public static final NameResolution DEFAULT = new NameResolution(List.of(), List.of(), List.of(), List.of());

    public NameResolution {
        hosts = List.copyOf(hosts);
        servers = List.copyOf(servers);
        searchDomains = List.copyOf(searchDomains);
        options = List.copyOf(options);
    }
}
