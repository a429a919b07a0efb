package org.skep.raft.net;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.raft.util.Utils;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.Tuple;
import org.skep.api.node.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which managers this one is in touch with. Each keeps connections to all others and tells them five times a second
 * that it lives; who is silent for long, or whose connection ends and cannot be made again, is out of touch.
 *
 * <p>This stands where JGroups' own group membership would stand. Consensus has its members from its log, and needs no
 * agreement on who can be seen; so there is no coordinator to be lost, and no views to be merged after a cut.
 */
public final class Peers extends Protocol {

    /** Hears of managers; called on threads of the network, must hand over and return at once. */
    public interface Listener {
        void touched(Address peer);

        void lost(Address peer);

        /** Called with each sign of life. */
        void told(Address peer, Pulse pulse);

        /** What this manager tells the others. */
        Pulse pulse();

        /** Whether a manager may take part, as is known by now. */
        boolean welcome(String nodeId);

        /** Who is to get a message for all; called on the thread that sends it. */
        Collection<Address> recipients(Message message);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final short PROTOCOL = 701;

    static {
        ClassConfigurator.addProtocol(PROTOCOL, Peers.class);
        ClassConfigurator.add(Beat.MAGIC, Beat.class);
    }

    private static final long BEAT_MILLIS = 200;
    /**
     * After so many beats without a sign of life a manager is out of touch. They are counted and not timed: if this
     * process itself is starved or stopped, it does not blame the others.
     */
    private static final int SILENCE = 6;
    /** What is left of them when the connection ends. */
    private static final int AFTER_CLOSE = 2;

    /** While all are there, it is only after so many beats that others are looked for. */
    private static final int LOOK = 5;

    private static final int FORGET = 3_000;
    private static final long REDIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Who was heard of, guarded by this object. */
    private final Map<String, Peer> peers = new HashMap<>();

    private final Map<Address, Peer> byAddress = new ConcurrentHashMap<>();
    private final Map<Endpoint, Dial> dials = new ConcurrentHashMap<>();
    private final Set<String> strangers = ConcurrentHashMap.newKeySet();
    private final String self;
    private final Supplier<Map<Endpoint, String>> known;
    private volatile Listener listener;
    private volatile Wire wire;
    private volatile IpAddress here;
    private volatile boolean settled;
    private long beats;
    private ScheduledExecutorService clock;
    private ExecutorService dialers;

    private static final class Peer {
        private final String nodeId;
        private final Address address;
        private volatile IpAddress route;
        private volatile int silent;
        private volatile boolean inTouch;

        private Peer(String nodeId, Address address) {
            this.nodeId = nodeId;
            this.address = address;
        }
    }

    /** What became of calling an endpoint. */
    private static final class Dial {
        private volatile boolean underWay;
        private volatile long last;
        private volatile IpAddress route;
    }

    /**
     * @param self this manager's node ID
     * @param known where others may be, with their node ID or an empty one
     */
    public Peers(String self, Supplier<Map<Endpoint, String>> known) {
        this.self = self;
        this.known = known;
    }

    /** To be called before the start. */
    public void tell(Listener newListener) {
        listener = newListener;
    }

    void over(Wire newWire) {
        wire = newWire;
    }

    /** Those in touch, by node ID. */
    public Map<String, Address> inTouch() {
        Map<String, Address> found = new LinkedHashMap<>();
        for (Peer peer : byAddress.values()) {
            if (peer.inTouch) {
                found.put(peer.nodeId, peer.address);
            }
        }
        return found;
    }

    public boolean inTouch(Address address) {
        Peer peer = address == null ? null : byAddress.get(address);
        return peer != null && peer.inTouch;
    }

    /** Whether a manager has been silent for half the time after which it is out of touch, or is. */
    public boolean doubtful(Address address) {
        Peer peer = address == null ? null : byAddress.get(address);
        return peer == null || !peer.inTouch || peer.silent >= SILENCE / 2;
    }

    public static String nodeId(Address address) {
        return Utils.extractRaftId(address);
    }

    @Override
    public Object down(Event event) {
        if (event.getType() == Event.DISCONNECT) {
            close();
        }
        Object result = down_prot.down(event);
        if (event.getType() == Event.CONNECT) {
            open();
        }
        return result;
    }

    @Override
    public Object down(Message message) {
        if (message.dest() != null) {
            return down_prot.down(message);
        }
        for (Address recipient : listener.recipients(message)) {
            down_prot.down(message.copy(true, true).setDest(recipient));
        }
        return null;
    }

    private void open() {
        here = (IpAddress) (PhysicalAddress) down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
        dialers = Executors.newCachedThreadPool(task -> new Thread(task, "skep-raft-dial"));
        clock = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "skep-raft-beat"));
        clock.scheduleWithFixedDelay(this::tick, 0, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void close() {
        if (clock != null) {
            clock.shutdownNow();
            dialers.shutdownNow();
        }
    }

    @Override
    public void stop() {
        close();
    }

    private void tick() {
        try {
            beat();
            expire();
            beats++;
            if (!settled || beats % LOOK == 0) {
                settled = dial();
            }
        } catch (Throwable e) {
            // An error, too, such as that no thread can be started for now: it must not be the last beat.
            LOG.error("Managers cannot be told that this one lives", e);
        }
    }

    /** Tells all that this manager lives, at once. */
    public void beat() {
        Beat beat = Beat.of(here, listener.pulse());
        for (Peer peer : byAddress.values()) {
            send(peer.address, beat);
        }
        Set<IpAddress> routes = new HashSet<>();
        byAddress.values().forEach(peer -> routes.add(peer.route));
        for (Dial dial : dials.values()) {
            if (dial.route != null && !routes.contains(dial.route) && wire.connected(dial.route)) {
                hello(dial.route);
            }
        }
    }

    private void hello(IpAddress to) {
        send(to, Beat.hello(here, to, listener.pulse()));
    }

    private void send(Address to, Beat beat) {
        // Out of band: a sign of life must not stand in line behind what takes long.
        down_prot.down(new EmptyMessage(to).putHeader(id, beat).setFlag(Message.Flag.OOB));
    }

    private void expire() {
        for (Peer peer : List.copyOf(byAddress.values())) {
            peer.silent++;
            if (peer.inTouch && peer.silent >= SILENCE) {
                lose(peer, "it is silent");
            } else if (peer.silent >= FORGET) {
                forget(peer);
            }
        }
    }

    private void lose(Peer peer, String why) {
        synchronized (this) {
            if (!peer.inTouch) {
                return;
            }
            peer.inTouch = false;
        }
        settled = false;
        LOG.info("Lost touch with manager {}: {}", peer.nodeId, why);
        listener.lost(peer.address);
    }

    private synchronized void forget(Peer peer) {
        byAddress.remove(peer.address);
        peers.remove(peer.nodeId, peer);
    }

    /** Whether all are there. */
    private boolean dial() {
        boolean all = true;
        Map<Endpoint, String> targets = new LinkedHashMap<>(known.get());
        dials.keySet().retainAll(targets.keySet());
        for (Map.Entry<Endpoint, String> target : targets.entrySet()) {
            if (!target.getValue().equals(self)) {
                all &= dial(target.getKey(), target.getValue());
            }
        }
        return all;
    }

    private boolean dial(Endpoint to, String nodeId) {
        Dial dial = dials.computeIfAbsent(to, any -> new Dial());
        Peer peer;
        synchronized (this) {
            peer = peers.get(nodeId);
        }
        boolean there = peer != null && peer.inTouch || dial.route != null && wire.connected(dial.route);
        long now = System.nanoTime();
        if (there || dial.underWay || dial.last != 0 && now - dial.last < REDIAL_NANOS) {
            return there;
        }
        dial.underWay = true;
        try {
            dialers.execute(() -> dial(to, dial));
        } catch (RejectedExecutionException stopping) {
            dial.underWay = false;
        }
        return false;
    }

    private void dial(Endpoint to, Dial dial) {
        try {
            IpAddress route = new IpAddress(InetAddress.getByName(to.host()), to.port());
            if (!route.equals(here)) {
                wire.dial(route);
                dial.route = route;
                hello(route);
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

    /** A connection has ended: if the manager lives, there is another one in no time. */
    void closed(Address route) {
        for (Peer peer : byAddress.values()) {
            if (peer.inTouch && route.equals(peer.route) && !wire.connected(route)) {
                peer.silent = Math.max(peer.silent, SILENCE - AFTER_CLOSE);
                try {
                    dialers.execute(() -> redial(peer));
                } catch (RejectedExecutionException stopping) {
                    LOG.debug("A connection ended while stopping");
                }
            }
        }
    }

    private void redial(Peer peer) {
        try {
            wire.dial(peer.route);
            hello(peer.route);
        } catch (ConnectException refused) {
            if (peer.silent >= SILENCE - AFTER_CLOSE) {
                lose(peer, "nobody is there any more");
            }
        } catch (Exception e) {
            LOG.debug("Manager {} does not answer", peer.nodeId, e);
        }
    }

    @Override
    public Object up(Message message) {
        Beat beat = message.getHeader(id);
        if (beat != null) {
            heard(message.src(), beat);
            return null;
        }
        return admitted(message) ? up_prot.up(message) : null;
    }

    @Override
    public void up(MessageBatch batch) {
        List<Message> messages = new ArrayList<>();
        batch.forEach(messages::add);
        messages.forEach(this::up);
    }

    /** What comes from a manager that is not in touch, or not of our group, is not heard. */
    private boolean admitted(Message message) {
        Peer peer = byAddress.get(message.src());
        if (peer == null || !peer.inTouch) {
            return false;
        }
        peer.silent = 0;
        return true;
    }

    private void heard(Address from, Beat beat) {
        String nodeId = nodeId(from);
        if (nodeId.equals(self)) {
            if (!from.equals(local_addr)) {
                once(nodeId, "Another daemon has this node's identity, at {}", beat.self());
            }
            return;
        }
        if (!beat.pulse().fits(listener.pulse())) {
            once(nodeId, "Manager {} is not of this group: it was left behind by force-new-cluster", nodeId);
            return;
        }
        if (!listener.welcome(nodeId)) {
            expel(nodeId, from);
            return;
        }
        Peer peer = recognize(nodeId, from);
        if (peer == null) {
            once(from.toString(), "Two daemons have the identity of manager {}; the later one is ignored", nodeId);
            return;
        }
        route(peer, beat);
        peer.silent = 0;
        boolean news;
        synchronized (this) {
            news = !peer.inTouch;
            peer.inTouch = true;
        }
        if (beat.dialled() != null && !beat.isAnswer()) {
            send(from, Beat.answer(here, beat.dialled(), listener.pulse()));
        } else if (news) {
            send(from, Beat.of(here, listener.pulse()));
        }
        if (news) {
            LOG.info("In touch with manager {}", nodeId);
            listener.touched(from);
        }
        listener.told(from, beat.pulse());
    }

    /** Its certificate was good when it came, but it was removed or demoted since. */
    private void expel(String nodeId, Address address) {
        Peer peer = byAddress.get(address);
        if (peer != null) {
            lose(peer, "it is no manager of this swarm any more");
            forget(peer);
            wire.drop(peer.route);
        }
        LOG.debug("Node {} is not welcome", nodeId);
    }

    private void once(String key, String line, Object about) {
        if (strangers.add(key)) {
            LOG.warn(line, about);
        }
    }

    /** The manager; another one of that name gives way if it is silent. */
    private Peer recognize(String nodeId, Address address) {
        Peer known = byAddress.get(address);
        if (known != null) {
            return known;
        }
        Peer before;
        synchronized (this) {
            before = peers.get(nodeId);
        }
        if (before != null) {
            if (before.inTouch && before.silent < SILENCE / 2) {
                return null;
            }
            lose(before, "it has started anew");
            forget(before);
        }
        Peer peer = new Peer(nodeId, address);
        synchronized (this) {
            peers.put(nodeId, peer);
            byAddress.put(address, peer);
        }
        return peer;
    }

    private void route(Peer peer, Beat beat) {
        IpAddress route = beat.isAnswer() ? beat.dialled() : beat.self();
        boolean better = peer.route == null || !wire.connected(peer.route) && wire.connected(route);
        if (better && !route.equals(peer.route)) {
            peer.route = route;
            down_prot.down(new Event(Event.ADD_PHYSICAL_ADDRESS, new Tuple<>(peer.address, route)));
        }
    }

    /** Node IDs of those in touch that are among these. */
    public long countInTouch(Collection<String> nodeIds) {
        return byAddress.values().stream()
                .filter(peer -> peer.inTouch && nodeIds.contains(peer.nodeId))
                .count();
    }

    /** The address of a manager in touch. */
    public Optional<Address> find(String nodeId) {
        return byAddress.values().stream()
                .filter(peer -> peer.inTouch && peer.nodeId.equals(nodeId))
                .map(peer -> peer.address)
                .findAny();
    }
}
