package org.skep.shell.commands.testing;

import org.skep.api.SkepException;
import org.skep.control.Swarm;
import org.skep.protocol.Cluster;
import org.skep.protocol.NodeSpec;

/** A node's place in a swarm: the first node's, until it leaves. */
public final class FakeSwarm implements Swarm {

    public NodeSpec.Availability availability;
    private State state = State.ACTIVE;

    public FakeSwarm outside() {
        state = State.INACTIVE;
        return this;
    }

    @Override
    public String init(NodeSpec.Availability wanted) {
        availability = wanted;
        state = State.ACTIVE;
        return Fakes.NODE;
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
        boolean active = state == State.ACTIVE;
        return new Status(state, active ? Fakes.NODE : "", active, active, "", "host1", "process", "");
    }

    @Override
    public Cluster cluster() {
        Cluster.Builder cluster = Cluster.newBuilder().setId("cluster1");
        cluster.getSpecBuilder().getOrchestrationBuilder().setTaskHistoryRetentionLimit(5);
        return cluster.build();
    }
}
