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
 * host is, or frozen its daemon: that tells a lost host from a slow one. Used on the loop.
 */
final class Hosts {

    /** An answer says nothing of what comes later. */
    private static final Duration VALID = Duration.ofSeconds(3);

    private final HostProbe probe;
    private final Map<String, Asked> asked = new HashMap<>();

    private record Asked(Instant at, CompletableFuture<Boolean> answers) {}

    Hosts(HostProbe probe) {
        this.probe = probe;
    }

    /** @return whether the node's host gave no answer; the first call only asks, and later ones now and then ask again */
    boolean gone(String nodeId, View view, Instant now) {
        Asked last = asked.get(nodeId);
        boolean stale = last != null
                && last.answers().isDone()
                && !last.at().plus(VALID).isAfter(now);
        if (last == null || stale) {
            last = new Asked(now, ask(view, nodeId));
            asked.put(nodeId, last);
        }
        return !last.answers().getNow(true);
    }

    /** The node was heard, or is given up. */
    void forget(String nodeId) {
        asked.remove(nodeId);
    }

    private CompletableFuture<Boolean> ask(View view, String nodeId) {
        return view.nodes()
                .get(nodeId)
                .flatMap(Hosts::address)
                .map(address -> probe.answers(address).toCompletableFuture())
                .orElseGet(() -> CompletableFuture.completedFuture(true));
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
