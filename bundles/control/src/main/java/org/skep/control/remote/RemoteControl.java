package org.skep.control.remote;

import io.grpc.Channel;
import java.time.Duration;
import org.skep.control.Clusters;
import org.skep.control.Configs;
import org.skep.control.Control;
import org.skep.control.Events;
import org.skep.control.Images;
import org.skep.control.Logs;
import org.skep.control.Networks;
import org.skep.control.Nodes;
import org.skep.control.Reach;
import org.skep.control.Registries;
import org.skep.control.ServiceChanges;
import org.skep.control.Services;
import org.skep.control.Tasks;
import org.skep.control.Volumes;

/**
 * The Control API of another manager, the leader. What it refuses is refused here with the same error. Beyond that:
 * {@code UNREACHABLE} if the call did not get there, so that nothing was done; {@code LEADER_LOST} if no answer came.
 *
 * <p>Events and changes are followed in each manager's own copy of the state, and not asked of others.
 */
public final class RemoteControl implements Control {

    private final Calls calls;

    /**
     * @param leader on which calls fail when it cannot be reached
     * @param longest how long to wait for an answer
     */
    public RemoteControl(Channel leader, Duration longest) {
        this.calls = new Calls(leader, longest);
    }

    @Override
    public Services services() {
        return new RemoteServices(calls);
    }

    @Override
    public Tasks tasks() {
        return new RemoteTasks(calls);
    }

    @Override
    public Nodes nodes() {
        return new RemoteNodes(calls);
    }

    @Override
    public Networks networks() {
        return new RemoteNetworks(calls);
    }

    @Override
    public Volumes volumes() {
        return new RemoteVolumes(calls);
    }

    @Override
    public Configs configs() {
        return new RemoteConfigs(calls);
    }

    @Override
    public Registries registries() {
        return new RemoteRegistries(calls);
    }

    @Override
    public Images images() {
        throw new UnsupportedOperationException("registries are asked locally");
    }

    @Override
    public Logs logs() {
        return new RemoteLogs(calls);
    }

    @Override
    public Reach reach() {
        return new RemoteReach(calls);
    }

    @Override
    public Clusters clusters() {
        return new RemoteClusters(calls);
    }

    @Override
    public ServiceChanges changes() {
        throw new UnsupportedOperationException("changes are followed locally");
    }

    @Override
    public Events events() {
        throw new UnsupportedOperationException("events are followed locally");
    }

    @Override
    public Copy copy() {
        throw new UnsupportedOperationException("a copy is looked at where it is");
    }
}
