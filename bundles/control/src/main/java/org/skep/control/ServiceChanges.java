package org.skep.control;

import java.time.Duration;
import java.util.List;
import org.skep.protocol.Node;
import org.skep.protocol.Service;
import org.skep.protocol.Task;

/** Follows a service as the swarm works on it. */
public interface ServiceChanges {

    /** Starts with the present state. */
    Follower follow(String serviceId);

    /** A running watch. For one thread. */
    interface Follower extends AutoCloseable {

        /**
         * Waits for the next state that differs from the last one returned; states in between may be skipped.
         *
         * @return null when {@code timeout} has passed without a change
         * @throws org.skep.api.SkepException {@code NOT_FOUND} once the service is removed
         */
        Snapshot next(Duration timeout) throws InterruptedException;

        @Override
        void close();
    }

    /** A service with its tasks and all nodes, at one moment. */
    record Snapshot(Service service, List<Task> tasks, List<Node> nodes) {}
}
