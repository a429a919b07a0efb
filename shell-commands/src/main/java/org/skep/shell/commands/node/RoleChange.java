package org.skep.shell.commands.node;

import java.time.Duration;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.control.Control;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.RaftMemberStatus.Reachability;

/** A node on its way to another role. */
public record RoleChange(Control control, String nodeId, NodeRole role) {

    /** A change that nothing holds up is over by then. */
    static final Duration A_MOMENT = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Whether the node is not yet what it is to be. */
    public static boolean underWay(Node node) {
        NodeRole wanted = node.getSpec().getDesiredRole();
        boolean votes = node.hasManagerStatus() && node.getManagerStatus().getReachability() != Reachability.UNKNOWN;
        return node.getRole() != wanted || wanted == NodeRole.NODE_ROLE_MANAGER && !votes;
    }

    /**
     * Gives it a moment.
     *
     * @return what holds it up, if it is under way then, and the swarm says so
     */
    Optional<String> await(Duration moment) {
        long end = System.nanoTime() + moment.toNanos();
        try {
            // It can tell until it is a worker, and not any more then.
            if (control.nodes().get("self").getId().equals(nodeId)) {
                return Optional.empty();
            }
            while (true) {
                Node node = control.nodes().get(nodeId);
                if (node.getSpec().getDesiredRole() != role || !underWay(node)) {
                    return Optional.empty();
                }
                if (System.nanoTime() >= end) {
                    return Optional.of(node.getStatus().getMessage()).filter(why -> !why.isEmpty());
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (SkepException e) {
            // The leader may be the one that ceases to be a manager: it will be seen to without us.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
