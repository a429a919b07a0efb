package org.skep.rpc.server;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.store.View;

/** What this manager's state says of nodes whose certificates are sound. */
final class Register {

    private final Supplier<Optional<View>> state;
    private final BooleanSupplier complete;

    /**
     * @param state empty while this manager has none yet: then certificates alone count
     * @param complete whether nothing was decided that the state does not have: a manager that has just joined may be
     *     missing from it otherwise
     */
    Register(Supplier<Optional<View>> state, BooleanSupplier complete) {
        this.state = state;
        this.complete = complete;
    }

    /** Whether there is any state to ask. */
    boolean known() {
        return state.get().isPresent();
    }

    /** Whether it was removed from the swarm; a manager was, too, if those who decide have never heard of it. */
    boolean removed(NodeIdentity node) {
        // Asked for first: what is complete then is in the state that is looked at next.
        boolean all = complete.getAsBoolean();
        View view = state.get().orElse(null);
        if (view == null || view.cluster().isEmpty()) {
            return false;
        }
        return view.cluster().get().containsBlacklistedCertificates(node.nodeId())
                || all && node.manager() && view.nodes().get(node.nodeId()).isEmpty();
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
