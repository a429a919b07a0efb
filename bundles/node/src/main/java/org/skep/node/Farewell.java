package org.skep.node;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.skep.api.SkepException;
import org.skep.api.node.Departure;
import org.skep.api.runtime.NodeRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of what a node did for its swarm. Nothing that fails or hangs keeps the node in it. */
record Farewell(Duration patience) {

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    /** Who hung before is not waited for as long once more. */
    private static final Duration SWEEP = Duration.ofSeconds(10);

    /** @return what could not be given up in time, in words; empty if nothing is left */
    String say(List<Departure> departures) throws InterruptedException {
        List<String> left = new CopyOnWriteArrayList<>();
        boolean over = within(patience, () -> departures.forEach(departure -> depart(departure, left)));
        return over ? String.join("; ", left) : "tasks did not stop in time";
    }

    /** What no agent was there to stop, or would not stop; @return whether nothing is left of it */
    static boolean sweep(NodeRuntime current) throws InterruptedException {
        AtomicBoolean clean = new AtomicBoolean();
        return current != null && within(SWEEP, () -> clean.set(retainNothing(current))) && clean.get();
    }

    /** @return false if it takes too long */
    private static boolean within(Duration patience, Runnable farewell) throws InterruptedException {
        Thread departing = new Thread(farewell, "skep-departure");
        departing.setDaemon(true);
        departing.start();
        try {
            departing.join(patience.toMillis());
            return !departing.isAlive();
        } finally {
            departing.interrupt();
        }
    }

    private static void depart(Departure departure, List<String> left) {
        try {
            departure.depart();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SkepException e) {
            LOG.warn("Not everything could be given up on leaving the swarm: {}", e.getMessage());
            left.add(e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("Something could not be given up on leaving the swarm", e);
        }
    }

    private static boolean retainNothing(NodeRuntime current) {
        try {
            current.driver().retain(Set.of());
            return true;
        } catch (RuntimeException e) {
            LOG.warn("The {} runtime could not remove the tasks of the swarm: {}", current.name(), e.toString());
            return false;
        }
    }
}
