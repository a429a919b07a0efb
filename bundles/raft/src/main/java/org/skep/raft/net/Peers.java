package org.skep.raft.net;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
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
    /** While all are there, it is only after so many beats that others are looked for. */
    private static final int LOOK = 5;

    private final Acquaintances acquaintances = new Acquaintances(this::lost);
    private final Set<String> strangers = ConcurrentHashMap.newKeySet();
    private final String self;
    private final Dialing dialing;
    private volatile Listener listener;
    private volatile Wire wire;
    private volatile IpAddress here;
    private volatile boolean settled;
    private long beats;
    private ScheduledExecutorService clock;

    /**
     * @param self this manager's node ID
     * @param known where others may be, with their node ID or an empty one
     */
    public Peers(String self, Supplier<Map<Endpoint, String>> known) {
        this.self = self;
        dialing = new Dialing(self, known, nodeId -> find(nodeId).isPresent(), this::hello);
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
        return acquaintances.inTouch();
    }

    public boolean inTouch(Address address) {
        return acquaintances.inTouch(address);
    }

    /** Whether a manager has been silent for half the time after which it is out of touch, or is. */
    public boolean doubtful(Address address) {
        return acquaintances.doubtful(address);
    }

    /** Node IDs of those in touch that are among these. */
    public long countInTouch(Collection<String> nodeIds) {
        return acquaintances.countInTouch(nodeIds);
    }

    /** The address of a manager in touch. */
    public Optional<Address> find(String nodeId) {
        return acquaintances.find(nodeId);
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
        dialing.open(wire, here);
        clock = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "skep-raft-beat"));
        clock.scheduleWithFixedDelay(this::tick, 0, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void close() {
        if (clock != null) {
            clock.shutdownNow();
            dialing.close();
        }
    }

    @Override
    public void stop() {
        close();
    }

    /** Comes once the transport has stopped, for whose connections threads may wait. */
    @Override
    public void destroy() {
        if (clock != null) {
            Ending.await(clock);
            dialing.awaitEnd();
        }
    }

    private void tick() {
        attempt(this::beat);
        attempt(acquaintances::expire);
        beats++;
        if (!settled || beats % LOOK == 0) {
            attempt(() -> settled = dialing.look());
        }
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            // An error, too, such as that no thread can be started for now: it must not be the last beat.
            LOG.error("Something failed that keeps managers in touch", e);
        }
    }

    /** Tells all that this manager lives, at once. */
    public void beat() {
        Beat beat = Beat.of(here, listener.pulse());
        Set<IpAddress> routes = new HashSet<>();
        for (Peer peer : acquaintances.all()) {
            send(peer.address(), beat);
            routes.add(peer.route());
        }
        dialing.forUnknown(routes, this::hello);
    }

    private void hello(IpAddress to) {
        send(to, Beat.hello(here, to, listener.pulse()));
    }

    private void send(Address to, Beat beat) {
        // Out of band: a sign of life must not stand in line behind what takes long.
        down_prot.down(new EmptyMessage(to).putHeader(id, beat).setFlag(Message.Flag.OOB));
    }

    private void lost(Address peer) {
        settled = false;
        listener.lost(peer);
    }

    /** A connection has ended: if the manager lives, there is another one in no time. */
    void closed(Address route) {
        for (Peer peer : acquaintances.all()) {
            if (peer.isInTouch() && route.equals(peer.route()) && !wire.connected(route)) {
                acquaintances.closed(peer);
                dialing.execute(() -> redial(peer));
            }
        }
    }

    private void redial(Peer peer) {
        try {
            wire.dial(peer.route());
            hello(peer.route());
        } catch (ConnectException refused) {
            acquaintances.refused(peer);
        } catch (Exception e) {
            LOG.debug("Manager {} does not answer", peer.nodeId(), e);
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
        Peer peer = acquaintances.get(message.src());
        if (peer == null || !peer.isInTouch()) {
            return false;
        }
        peer.silent(0);
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
        Optional<Peer> recognized = acquaintances.recognize(nodeId, from);
        if (recognized.isEmpty()) {
            once(from.toString(), "Two daemons have the identity of manager {}; the later one is ignored", nodeId);
            return;
        }
        Peer peer = recognized.get();
        route(peer, beat);
        peer.silent(0);
        boolean news = peer.inTouch(true);
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
        Peer peer = acquaintances.get(address);
        if (peer != null) {
            acquaintances.lose(peer, "it is no manager of this swarm any more");
            acquaintances.forget(peer);
            wire.drop(peer.route());
        }
        LOG.debug("Node {} is not welcome", nodeId);
    }

    private void once(String key, String line, Object about) {
        if (strangers.add(key)) {
            LOG.warn(line, about);
        }
    }

    private void route(Peer peer, Beat beat) {
        IpAddress route = beat.isAnswer() ? beat.dialled() : beat.self();
        boolean better = peer.route() == null || !wire.connected(peer.route()) && wire.connected(route);
        if (better && !route.equals(peer.route())) {
            peer.route(route);
            down_prot.down(new Event(Event.ADD_PHYSICAL_ADDRESS, new Tuple<>(peer.address(), route)));
        }
    }
}
