package org.skep.network;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.skep.api.network.NetworkDriver;

/** The host's own network: no isolation, and no published ports. Works with every runtime. */
@Component(service = NetworkDriver.class, property = "skep.driver=host")
public final class HostNetwork extends PredefinedNetwork {

    @Activate
    public HostNetwork() {
        super("host");
    }
}
