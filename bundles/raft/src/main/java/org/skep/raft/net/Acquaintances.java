package org.skep.raft.net;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The managers that were heard of, and which of them are in touch. Safe for use from any thread. */
final class Acquaintances {

    private static final Logger LOG = LoggerFactory.getLogger(Acquaintances.class);

    /**
     * After so many beats without a sign of life a manager is out of touch. They are counted and not timed: if this
     * process itself is starved or stopped, it does not blame the others.
     */
    private static final int SILENCE = 6;
    /** What is left of them when the connection ends. */
    private static final int AFTER_CLOSE = 2;

    private static final int FORGET = 3_000;

    /** By node ID, guarded by this object. */
    private final Map<String, Peer> peers = new HashMap<>();

    private final Map<Address, Peer> byAddress = new ConcurrentHashMap<>();
    private final Consumer<Address> lost;

    /** @param lost told of each that is out of touch from now on */
    Acquaintances(Consumer<Address> lost) {
        this.lost = lost;
    }

    Collection<Peer> all() {
        return List.copyOf(byAddress.values());
    }

    Peer get(Address address) {
        return address == null ? null : byAddress.get(address);
    }

    /** Those in touch, by node ID. */
    Map<String, Address> inTouch() {
        Map<String, Address> found = new LinkedHashMap<>();
        for (Peer peer : byAddress.values()) {
            if (peer.isInTouch()) {
                found.put(peer.nodeId(), peer.address());
            }
        }
        return found;
    }

    boolean inTouch(Address address) {
        Peer peer = get(address);
        return peer != null && peer.isInTouch();
    }

    boolean doubtful(Address address) {
        Peer peer = get(address);
        return peer == null || !peer.isInTouch() || peer.silent() >= SILENCE / 2;
    }

    Optional<Address> find(String nodeId) {
        return byAddress.values().stream()
                .filter(peer -> peer.isInTouch() && peer.nodeId().equals(nodeId))
                .map(Peer::address)
                .findAny();
    }

    long countInTouch(Collection<String> nodeIds) {
        return byAddress.values().stream()
                .filter(peer -> peer.isInTouch() && nodeIds.contains(peer.nodeId()))
                .count();
    }

    /** The manager; another one of that name gives way if it is silent, or else there is none. */
    Optional<Peer> recognize(String nodeId, Address address) {
        Peer known = byAddress.get(address);
        if (known != null) {
            return Optional.of(known);
        }
        Peer before;
        synchronized (this) {
            before = peers.get(nodeId);
        }
        if (before != null) {
            if (before.isInTouch() && before.silent() < SILENCE / 2) {
                return Optional.empty();
            }
            lose(before, "it has started anew");
            forget(before);
        }
        Peer peer = new Peer(nodeId, address);
        synchronized (this) {
            peers.put(nodeId, peer);
            byAddress.put(address, peer);
        }
        return Optional.of(peer);
    }

    /** One more beat has passed. */
    void expire() {
        for (Peer peer : all()) {
            peer.silent(peer.silent() + 1);
            if (peer.isInTouch() && peer.silent() >= SILENCE) {
                lose(peer, "it is silent");
            } else if (peer.silent() >= FORGET) {
                forget(peer);
            }
        }
    }

    /** Its connection has ended: if it lives, it makes another one in no time. */
    void closed(Peer peer) {
        peer.silent(Math.max(peer.silent(), SILENCE - AFTER_CLOSE));
    }

    /** Nobody answers where it was; if it has not been heard since its connection ended, it is gone. */
    void refused(Peer peer) {
        if (peer.silent() >= SILENCE - AFTER_CLOSE) {
            lose(peer, "nobody is there any more");
        }
    }

    void lose(Peer peer, String why) {
        if (peer.inTouch(false)) {
            LOG.info("Lost touch with manager {}: {}", peer.nodeId(), why);
            lost.accept(peer.address());
        }
    }

    synchronized void forget(Peer peer) {
        byAddress.remove(peer.address());
        peers.remove(peer.nodeId(), peer);
    }
}
