package org.skep.control.routed;

import java.util.List;
import java.util.Optional;
import org.skep.control.Swarm;

/** A node whose keys are locked. */
final class LockedSwarm implements Swarm {

    @Override
    public Status status() {
        return new Status(
                State.LOCKED, "n", "c", false, false, "", "", Optional.empty(), List.of(), "host", "process", "1");
    }

    @Override
    public String init(Creation creation) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Joined join(Admission admission) {
        throw new AssertionError("not asked for");
    }

    @Override
    public String forceNewCluster(Addresses addresses) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void unlock(String key) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void leave(boolean force) {
        throw new AssertionError("not asked for");
    }
}
