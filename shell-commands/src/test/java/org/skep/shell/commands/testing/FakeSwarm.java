package org.skep.shell.commands.testing;

import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.control.Swarm;

/** A node's place in a swarm: the first node's, until it leaves. */
public final class FakeSwarm implements Swarm {

    public Creation creation;
    public Admission admission;
    public Addresses recovered;
    public String unlockedWith;
    public boolean pending;
    /** Whether the user does not wait for the node to join. */
    public boolean interrupted;

    private State state = State.ACTIVE;
    private boolean manager = true;

    public FakeSwarm outside() {
        state = State.INACTIVE;
        return this;
    }

    public FakeSwarm locked() {
        state = State.LOCKED;
        return this;
    }

    public FakeSwarm pending() {
        state = State.PENDING;
        return this;
    }

    /** Its state cannot be used. */
    public FakeSwarm damaged() {
        state = State.ERROR;
        return this;
    }

    public FakeSwarm worker() {
        manager = false;
        return this;
    }

    @Override
    public String init(Creation wanted) {
        creation = wanted;
        state = State.ACTIVE;
        return Fakes.NODE;
    }

    @Override
    public Joined join(Admission wanted) throws InterruptedException {
        admission = wanted;
        if (interrupted) {
            throw new InterruptedException();
        }
        return new Joined(Fakes.NODE, manager, pending);
    }

    @Override
    public String forceNewCluster(Addresses addresses) {
        recovered = addresses;
        return Fakes.NODE;
    }

    @Override
    public void unlock(String key) {
        unlockedWith = key;
        state = State.ACTIVE;
    }

    @Override
    public void leave(boolean force) {
        if (!force) {
            throw SkepException.state("FORCE_REQUIRED", "this node is a manager", "use --force");
        }
        state = State.INACTIVE;
    }

    @Override
    public Status status() {
        boolean known = state != State.INACTIVE;
        return new Status(
                state,
                known ? Fakes.NODE : "",
                known ? "cluster1" : "",
                known && manager,
                known && manager,
                state == State.ERROR ? "cannot use keys: gone" : "",
                state == State.ERROR ? "restore it" : "",
                known ? Optional.of(new Endpoint("10.0.0.1", 2377)) : Optional.empty(),
                known ? List.of(new Endpoint("10.0.0.2", 2377), new Endpoint("10.0.0.1", 2377)) : List.of(),
                "host1",
                "process",
                "");
    }
}
