package org.skep.network;

import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDriver;

/** A network of which there is one on every node, whether somebody asks for it or not. */
abstract class PredefinedNetwork implements NetworkDriver {

    private final String name;

    PredefinedNetwork(String name) {
        this.name = name;
    }

    @Override
    public void validate(NetworkDescription network) {
        if (!network.name().equals(name)) {
            throw SkepException.user(
                    "NETWORK_DRIVER_SINGLE",
                    "only one instance of \"" + name + "\" network is allowed",
                    "use --network " + name);
        }
    }

    @Override
    public String ensure(NetworkDescription network) {
        return name;
    }

    @Override
    public void release(NetworkDescription network) {
        // It stays, as it was there before.
    }
}
