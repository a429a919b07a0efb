package org.skep.api.runtime;

import java.util.List;

/**
 * A network that the task joins.
 *
 * @param runtimeName what the network driver said the runtime knows this network by on this node
 * @param aliases names that others on the network find this task by
 * @param addresses in CIDR notation; empty lets the runtime choose
 */
public record NetworkConnection(String runtimeName, List<String> aliases, List<String> addresses) {
    public NetworkConnection {
        aliases = List.copyOf(aliases);
        addresses = List.copyOf(addresses);
    }
}
