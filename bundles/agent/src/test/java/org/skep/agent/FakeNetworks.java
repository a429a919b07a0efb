package org.skep.agent;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDriver;

/** Remembers which networks are there. */
final class FakeNetworks implements NetworkDriver {

    final Set<String> present = ConcurrentHashMap.newKeySet();

    /** What making a network available takes its time for. */
    volatile Runnable ensuring = () -> {};

    /** What a release takes its time for. */
    volatile Runnable releasing = () -> {};

    @Override
    public void validate(NetworkDescription network) {}

    @Override
    public String ensure(NetworkDescription network) {
        present.add(network.name());
        ensuring.run();
        return "net-" + network.name();
    }

    @Override
    public void release(NetworkDescription network) {
        releasing.run();
        present.remove(network.name());
    }
}
