package org.skep.control.local;

import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ContainerSpec.DNSConfig;

/** How containers may be told to find names. */
final class ResolverRules {

    private static final Pattern HOST_NAME = Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,252})?");
    private static final Pattern DOMAIN = Pattern.compile("\\.|[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,252})?");
    private static final Pattern OPTION = Pattern.compile("[a-zA-Z0-9_:.-]{1,64}");

    /** What the engine replaces by its own address. */
    private static final String GATEWAY = "host-gateway";

    private ResolverRules() {}

    static void check(ContainerSpec container) {
        container.getHostsList().forEach(ResolverRules::checkHost);
        DNSConfig dns = container.getDnsConfig();
        for (String server : dns.getNameserversList()) {
            if (Cidr.parseAddress(server).isEmpty()) {
                throw invalid("DNS server \"" + Shown.of(server) + "\" is not an IP address", "such as 10.0.0.53");
            }
        }
        for (String domain : dns.getSearchList()) {
            if (!DOMAIN.matcher(domain).matches()) {
                throw invalid(
                        "\"" + Shown.of(domain) + "\" is not a domain to search",
                        "such as example.test, or . for none");
            }
        }
        for (String option : dns.getOptionsList()) {
            if (!OPTION.matcher(option).matches()) {
                throw invalid("\"" + Shown.of(option) + "\" is not a DNS option", "such as ndots:2 or timeout:3");
            }
        }
    }

    /** As in a hosts file: an address with the names that it has. */
    private static void checkHost(String entry) {
        String[] words = entry.strip().split("\\s+");
        boolean address =
                words[0].equals(GATEWAY) || Cidr.parseAddress(words[0]).isPresent();
        boolean named = words.length > 1;
        for (int i = 1; i < words.length; i++) {
            named &= HOST_NAME.matcher(words[i]).matches();
        }
        if (!address || !named) {
            throw invalid(
                    "\"" + Shown.of(entry) + "\" is not a host entry", "an IP address and a name: \"10.0.0.5 db\"");
        }
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_ARGUMENT", message, hint);
    }
}
