package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.protocol.Node;
import org.skep.store.View;

/**
 * Which hosts are gone, among those whose daemons are silent. The kernel of a host that is there answers however busy the
 * host is, or frozen its daemon: that tells a lost host from a slow one. Managers must be reachable; a worker's host may
 * have a firewall that answers nobody, so only one that answered while its daemon was there is missed. Used on the loop.
 */
final class Hosts {

    /** An answer says nothing of what comes later. */
    private static final Duration VALID = Duration.ofSeconds(3);

    /** So many are met at the same time: a new leader meets all at once. */
    private static final int MEETINGS = 16;

    private final HostProbe probe;
    private final Map<String, Asked> asked = new HashMap<>();
    private final Map<String, Met> met = new HashMap<>();

    private record Asked(Instant at, CompletableFuture<Boolean> answers) {}

    private record Met(Endpoint address, CompletableFuture<Boolean> answers) {}

    Hosts(HostProbe probe) {
        this.probe = probe;
    }

    /** The node is there: finds out, once for each of its addresses, whether its host answers. */
    void meet(String nodeId, View view) {
        Optional<Endpoint> address = address(nodeId, view);
        Met before = met.get(nodeId);
        if (address.isEmpty() || before != null && before.address().equals(address.get())) {
            return;
        }
        long under = met.values().stream()
                .filter(meeting -> !meeting.answers().isDone())
                .count();
        if (under < MEETINGS) {
            met.put(nodeId, new Met(address.get(), ask(address.get())));
        }
    }

    /** @return whether the node's host gave no answer; the first call only asks, and later ones now and then ask again */
    boolean gone(String nodeId, View view, Instant now) {
        Optional<Endpoint> address = address(nodeId, view);
        if (address.isEmpty() || !answersAsARule(nodeId, address.get(), view)) {
            return false;
        }
        Asked last = asked.get(nodeId);
        boolean stale = last != null
                && last.answers().isDone()
                && !last.at().plus(VALID).isAfter(now);
        if (last == null || stale) {
            last = new Asked(now, ask(address.get()));
            asked.put(nodeId, last);
        }
        return !last.answers().getNow(true);
    }

    private boolean answersAsARule(String nodeId, Endpoint address, View view) {
        boolean manager = view.nodes()
                .get(nodeId)
                .filter(node -> !node.getManagerStatus().getAddr().isEmpty())
                .isPresent();
        Met meeting = met.get(nodeId);
        return manager
                || meeting != null
                        && meeting.address().equals(address)
                        && meeting.answers().getNow(false);
    }

    /** The node was heard, or is given up: what its host said before counts no more. */
    void heard(String nodeId) {
        asked.remove(nodeId);
    }

    void forget(String nodeId) {
        asked.remove(nodeId);
        met.remove(nodeId);
    }

    private CompletableFuture<Boolean> ask(Endpoint address) {
        return probe.answers(address).toCompletableFuture();
    }

    private static Optional<Endpoint> address(String nodeId, View view) {
        return view.nodes().get(nodeId).flatMap(Hosts::address);
    }

    private static Optional<Endpoint> address(Node node) {
        String address = node.getManagerStatus().getAddr().isEmpty()
                ? node.getStatus().getAddr()
                : node.getManagerStatus().getAddr();
        try {
            return address.isEmpty() ? Optional.empty() : Optional.of(Endpoint.parse(address, Endpoint.MANAGER_PORT));
        } catch (SkepException e) {
            return Optional.empty();
        }
    }
}
