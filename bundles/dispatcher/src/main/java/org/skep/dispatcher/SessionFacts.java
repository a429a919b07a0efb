package org.skep.dispatcher;

import org.skep.protocol.Node;
import org.skep.protocol.Peer;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.TrustedRoots;
import org.skep.protocol.WeightedPeer;
import org.skep.store.View;

/** The full set of facts that every session message repeats. */
final class SessionFacts {

    private static final int MANAGER_WEIGHT = 10;

    private SessionFacts() {}

    static SessionMessage of(String sessionId, Node node, View view) {
        SessionMessage.Builder facts =
                SessionMessage.newBuilder().setSessionId(sessionId).setNode(node);
        for (Node other : view.nodes().all()) {
            if (other.hasManagerStatus()) {
                facts.addManagers(WeightedPeer.newBuilder()
                        .setPeer(Peer.newBuilder()
                                .setNodeId(other.getId())
                                .setAddr(other.getManagerStatus().getAddr()))
                        .setWeight(MANAGER_WEIGHT));
            }
        }
        view.cluster().ifPresent(cluster -> facts.addAllNetworkBootstrapKeys(cluster.getNetworkBootstrapKeysList())
                .setRootCA(TrustedRoots.of(cluster.getRootCa())));
        return facts.build();
    }
}
