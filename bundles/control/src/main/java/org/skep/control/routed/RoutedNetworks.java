package org.skep.control.routed;

import java.util.List;
import org.skep.control.Networks;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;

/** Networks, wherever the leader is. */
record RoutedNetworks(Router router) implements Networks {

    @Override
    public List<Network> list() {
        return router.read(leader -> leader.networks().list());
    }

    @Override
    public Network get(String reference) {
        return router.read(leader -> leader.networks().get(reference));
    }

    @Override
    public Network create(NetworkSpec spec) {
        return router.write("network ls", leader -> leader.networks().create(spec));
    }

    @Override
    public void remove(String reference) {
        router.write("network ls", leader -> {
            leader.networks().remove(reference);
            return null;
        });
    }
}
