package org.skep.node;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.skep.api.node.Departure;
import org.skep.api.runtime.NodeRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of what a node did for its swarm. Nothing that fails or hangs keeps the node in it. */
record Farewell(Duration patience) {

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    /** Returns when all is given up, or when it takes too long. */
    void say(List<Departure> departures) throws InterruptedException {
        Thread departing = new Thread(() -> departures.forEach(Farewell::depart), "skep-departure");
        departing.setDaemon(true);
        departing.start();
        try {
            departing.join(patience.toMillis());
            if (departing.isAlive()) {
                LOG.warn("Tasks did not stop in time; leaving all the same");
            }
        } finally {
            departing.interrupt();
        }
    }

    private static void depart(Departure departure) {
        try {
            departure.depart();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Something could not be given up on leaving the swarm", e);
        }
    }

    /** What no agent was there to stop, or would not stop. */
    static void sweep(NodeRuntime current) {
        if (current != null) {
            try {
                current.driver().retain(Set.of());
            } catch (RuntimeException e) {
                LOG.warn("The {} runtime could not remove the tasks of the swarm", current.name(), e);
            }
        }
    }
}
