package org.skep.rpc.server;

import java.util.Optional;
import java.util.function.Supplier;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.store.View;

/** What this manager's state says of nodes whose certificates are sound. */
final class Register {

    private final Supplier<Optional<View>> state;

    /** @param state empty while this manager has none yet: then certificates alone count */
    Register(Supplier<Optional<View>> state) {
        this.state = state;
    }

    /** Whether there is any state to ask. */
    boolean known() {
        return state.get().isPresent();
    }

    /** Whether it was removed from the swarm. */
    boolean removed(NodeIdentity node) {
        return state.get()
                .flatMap(View::cluster)
                .filter(cluster -> cluster.containsBlacklistedCertificates(node.nodeId()))
                .isPresent();
    }

    /** Whether it is a manager no more, although its certificate is still that of one. */
    boolean demoted(NodeIdentity node) {
        return state.get()
                .flatMap(view -> view.nodes().get(node.nodeId()))
                .filter(Register::worker)
                .isPresent();
    }

    private static boolean worker(Node node) {
        return node.getRole() == NodeRole.NODE_ROLE_WORKER
                && node.getSpec().getDesiredRole() == NodeRole.NODE_ROLE_WORKER;
    }
}
