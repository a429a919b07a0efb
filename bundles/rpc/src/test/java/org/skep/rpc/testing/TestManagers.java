package org.skep.rpc.testing;

import java.util.List;
import org.skep.api.node.KnownManagers;

/** A list of managers that a test gives. */
public final class TestManagers implements KnownManagers {

    private volatile List<Manager> managers = List.of();

    @Override
    public List<Manager> all() {
        return managers;
    }

    @Override
    public void update(List<Manager> present) {
        managers = List.copyOf(present);
    }

    @Override
    public Follower follow(Runnable listener) {
        return () -> {};
    }
}
