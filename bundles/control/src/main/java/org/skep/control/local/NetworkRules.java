package org.skep.control.local;

import java.util.ArrayList;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.protocol.IPAMConfig;
import org.skep.protocol.NetworkSpec;

/** What a specification of a network must satisfy whatever else is in the swarm. */
final class NetworkRules {

    private static final String DEFAULT_IPAM = "default";

    private NetworkRules() {}

    static void check(NetworkSpec spec) {
        Limits.checkSize("network", spec);
        Names.checkDnsLabel("network", spec.getAnnotations().getName());
        Limits.checkLabels("network", spec.getAnnotations().getLabelsMap());
        if (spec.getIngress()) {
            if (spec.getAttachable()) {
                throw SkepException.user("INVALID_NETWORK", "an ingress network cannot be attachable", "");
            }
            throw Refusals.notSupported("an ingress network", "");
        }
        if (spec.hasNetwork()) {
            throw Refusals.notSupported("a network configured from another one", "");
        }
        String ipam = spec.getIpam().getDriver().getName();
        if (!ipam.isEmpty() && !ipam.equals(DEFAULT_IPAM)) {
            throw Refusals.notSupported("the address driver \"" + Shown.of(ipam) + "\"", "default");
        }
        List<Cidr> subnets = new ArrayList<>();
        for (IPAMConfig config : spec.getIpam().getConfigsList()) {
            Cidr subnet = checkConfig(config);
            if (subnets.stream().anyMatch(subnet::overlaps)) {
                throw invalid("subnet " + config.getSubnet() + " overlaps with another one of the same network", "");
            }
            subnets.add(subnet);
        }
    }

    private static Cidr checkConfig(IPAMConfig config) {
        if (config.getSubnet().isEmpty()) {
            throw invalid("a range or gateway needs a subnet", "--subnet ADDRESS/BITS");
        }
        Cidr subnet = Cidr.parse(config.getSubnet())
                .orElseThrow(() ->
                        invalid("invalid subnet \"" + Shown.of(config.getSubnet()) + "\"", "such as 10.1.0.0/24"));
        if (!subnet.equals(subnet.network())) {
            throw invalid("invalid subnet " + config.getSubnet(), "it should be " + subnet.network());
        }
        if (!config.getRange().isEmpty()
                && Cidr.parse(config.getRange()).filter(subnet::contains).isEmpty()) {
            throw invalid("invalid range \"" + Shown.of(config.getRange()) + "\"", "a part of " + config.getSubnet());
        }
        if (!config.getGateway().isEmpty()) {
            checkAddress("gateway", config.getGateway(), config, subnet);
        }
        config.getReservedMap().forEach((name, address) -> checkAddress("auxiliary address", address, config, subnet));
        return subnet;
    }

    private static void checkAddress(String what, String address, IPAMConfig config, Cidr subnet) {
        if (Cidr.parseAddress(address).filter(subnet::contains).isEmpty()) {
            throw invalid("invalid " + what + " \"" + Shown.of(address) + "\"", "an address in " + config.getSubnet());
        }
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_NETWORK", message, hint);
    }
}
