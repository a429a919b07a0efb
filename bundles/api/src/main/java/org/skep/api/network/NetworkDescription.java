package org.skep.api.network;

import java.util.List;
import java.util.Map;

/**
 * A network.
 *
 * @param subnets address ranges the user asked for; empty lets the driver choose
 * @param internal without a way outside
 */
public record NetworkDescription(
        String id,
        String name,
        Map<String, String> options,
        Map<String, String> labels,
        List<Subnet> subnets,
        boolean internal,
        boolean ipv6) {
    public NetworkDescription {
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
        subnets = List.copyOf(subnets);
    }

    /**
     * A range of addresses.
     *
     * @param cidr such as {@code 10.1.0.0/24}
     * @param range part of it to hand out addresses from, in CIDR notation; empty for all
     * @param gateway empty for the driver's choice
     */
    public record Subnet(String cidr, String range, String gateway) {}
}
