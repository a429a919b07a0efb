package org.skep.shell.commands.registry;

import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.protocol.RegistryLogins;

/** A registry as somebody names it, an address as browsers have it included; none stands for that of plain image names. */
record RegistryName(Optional<String> host) {

    private static final String HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*"
            + "[A-Za-z0-9])?)*|\\[[0-9a-fA-F:.]+\\])(?::[0-9]{1,5})?";

    static RegistryName of(String text) {
        if (text.isEmpty()) {
            return new RegistryName(Optional.empty());
        }
        String host = text.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        if (!host.matches(HOST)) {
            throw SkepException.user(
                    "INVALID_REGISTRY", "\"" + text + "\" is not a registry", "HOST[:PORT], such as example.com:5000");
        }
        return new RegistryName(Optional.of(host));
    }

    /** As images name it; empty for plain names. */
    String server() {
        return host.orElse("");
    }

    /** As the swarm keeps its login. */
    String key() {
        return host.orElse(RegistryLogins.DEFAULT);
    }
}
