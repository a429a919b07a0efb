package org.skep.network;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.skep.api.network.NetworkDriver;

/** Nothing but the task's own loopback. */
@Component(service = NetworkDriver.class, property = "skep.driver=none")
public final class NoNetwork extends PredefinedNetwork {

    @Activate
    public NoNetwork() {
        super("none");
    }
}
