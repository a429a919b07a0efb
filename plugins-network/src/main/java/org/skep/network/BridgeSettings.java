package org.skep.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDescription.Subnet;

/** Checks what an operator asks of a bridge. */
final class BridgeSettings {

    /** What the engine takes under this prefix grows with its versions; it ignores all else in silence. */
    private static final String PREFIX = "com.docker.network.";

    private static final String MTU = "com.docker.network.driver.mtu";
    private static final int SMALLEST_MTU = 68;
    private static final int LARGEST_MTU = 65535;

    private BridgeSettings() {}

    /** @throws SkepException naming what is wrong, and what would be right */
    static void check(NetworkDescription network) {
        new TreeMap<>(network.options()).entrySet().forEach(BridgeSettings::checkOption);
        List<AddressRange> taken = new ArrayList<>();
        for (Subnet subnet : network.subnets()) {
            AddressRange range = range("subnet", subnet.cidr());
            checkParts(subnet, range);
            if (range.isV6() && !network.ipv6()) {
                throw invalid("subnet " + subnet.cidr() + " is IPv6, but the network is not", "add --ipv6");
            }
            if (taken.stream().anyMatch(range::overlaps)) {
                throw invalid("subnet " + subnet.cidr() + " overlaps another of this network", "");
            }
            taken.add(range);
        }
    }

    private static void checkParts(Subnet subnet, AddressRange range) {
        if (!subnet.range().isEmpty() && !range.contains(range("ip-range", subnet.range()))) {
            throw invalid("ip-range " + subnet.range() + " is not in subnet " + subnet.cidr(), "");
        }
        if (!subnet.gateway().isEmpty()) {
            byte[] gateway = AddressRange.address(subnet.gateway())
                    .orElseThrow(() -> invalid(
                            "\"" + subnet.gateway() + "\" is not an address for --gateway", "for instance 10.1.0.1"));
            if (!range.contains(gateway)) {
                throw invalid("gateway " + subnet.gateway() + " is not in subnet " + subnet.cidr(), "");
            }
        }
    }

    private static AddressRange range(String what, String cidr) {
        return AddressRange.parse(cidr)
                .orElseThrow(() -> invalid(
                        "\"" + cidr + "\" is not a range of addresses for --" + what, "for instance 10.1.0.0/24"));
    }

    private static void checkOption(Map.Entry<String, String> option) {
        if (!option.getKey().startsWith(PREFIX)) {
            throw SkepException.user(
                    "NETWORK_OPTION_UNKNOWN",
                    "the bridge driver has no option \"" + option.getKey() + "\"",
                    "options begin with " + PREFIX + ", for instance " + MTU);
        }
        if (option.getKey().equals(MTU) && !isMtu(option.getValue())) {
            throw SkepException.user(
                    "NETWORK_OPTION_INVALID",
                    "\"" + option.getValue() + "\" is not an MTU",
                    "a number from " + SMALLEST_MTU + " to " + LARGEST_MTU);
        }
    }

    private static boolean isMtu(String value) {
        return value.matches("[0-9]{2,5}")
                && Integer.parseInt(value) >= SMALLEST_MTU
                && Integer.parseInt(value) <= LARGEST_MTU;
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("SUBNET_INVALID", message, hint);
    }
}
