package org.skep.raft.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jgroups.stack.IpAddress;
import org.skep.api.node.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes connections to where managers may be, on threads of its own: who does not answer holds up nobody else. */
final class Dialing {

    private static final Logger LOG = LoggerFactory.getLogger(Dialing.class);
    private static final long REDIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final String self;
    private final Supplier<Map<Endpoint, String>> known;
    private final Predicate<String> inTouch;
    private final Consumer<IpAddress> connected;
    private final Map<Endpoint, Dial> dials = new ConcurrentHashMap<>();
    private Wire wire;
    private IpAddress here;
    private ExecutorService threads;

    /** What became of calling an endpoint. */
    private static final class Dial {
        private volatile boolean underWay;
        private volatile long last;
        private volatile IpAddress route;
    }

    /**
     * @param inTouch whether a node need not be looked for
     * @param connected told of each new connection
     */
    Dialing(
            String self,
            Supplier<Map<Endpoint, String>> known,
            Predicate<String> inTouch,
            Consumer<IpAddress> connected) {
        this.self = self;
        this.known = known;
        this.inTouch = inTouch;
        this.connected = connected;
    }

    void open(Wire newWire, IpAddress newHere) {
        wire = newWire;
        here = newHere;
        threads = Executors.newCachedThreadPool(task -> new Thread(task, "skep-raft-dial"));
    }

    void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    void awaitEnd() {
        Ending.await(threads);
    }

    /** Looks for those that are not there; returns whether all are. */
    boolean look() {
        boolean all = true;
        Map<Endpoint, String> targets = new LinkedHashMap<>(known.get());
        dials.keySet().retainAll(targets.keySet());
        for (Map.Entry<Endpoint, String> target : targets.entrySet()) {
            if (!target.getValue().equals(self)) {
                all &= look(target.getKey(), target.getValue());
            }
        }
        return all;
    }

    private boolean look(Endpoint to, String nodeId) {
        Dial dial = dials.computeIfAbsent(to, any -> new Dial());
        boolean there = inTouch.test(nodeId) || dial.route != null && wire.connected(dial.route);
        long now = System.nanoTime();
        if (there || dial.underWay || dial.last != 0 && now - dial.last < REDIAL_NANOS) {
            return there;
        }
        dial.underWay = true;
        if (!execute(() -> call(to, dial))) {
            dial.underWay = false;
        }
        return false;
    }

    private void call(Endpoint to, Dial dial) {
        try {
            IpAddress route = new IpAddress(InetAddress.getByName(to.host()), to.port());
            if (!route.equals(here)) {
                wire.dial(route);
                dial.route = route;
                connected.accept(route);
            }
        } catch (UnknownHostException e) {
            LOG.debug("Manager {} has no address", to, e);
        } catch (Exception e) {
            LOG.debug("Manager {} does not answer", to, e);
        } finally {
            dial.last = System.nanoTime();
            dial.underWay = false;
        }
    }

    /** Has something done that may wait for a manager; returns false while closing. */
    boolean execute(Runnable task) {
        try {
            threads.execute(task);
            return true;
        } catch (RejectedExecutionException stopping) {
            return false;
        }
    }

    /** Connections that are there, but of which it is not known who has answered. */
    void forUnknown(Collection<IpAddress> routes, Consumer<IpAddress> action) {
        for (Dial dial : dials.values()) {
            IpAddress route = dial.route;
            if (route != null && !routes.contains(route) && wire.connected(route)) {
                action.accept(route);
            }
        }
    }
}
