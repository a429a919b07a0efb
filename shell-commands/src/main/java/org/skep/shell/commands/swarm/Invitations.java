package org.skep.shell.commands.swarm;

import java.util.List;
import org.skep.control.Clusters;
import org.skep.protocol.NodeRole;

/** What is printed for those who are to join, and to unlock. */
final class Invitations {

    private Invitations() {}

    static String role(NodeRole role) {
        return role == NodeRole.NODE_ROLE_MANAGER ? "manager" : "worker";
    }

    static List<String> join(NodeRole role, Clusters.Invitation invitation) {
        return List.of(
                "To add a " + role(role) + " to this swarm, run the following command:",
                "",
                "    skep swarm join --token " + invitation.token() + " "
                        + invitation.managers().stream().findFirst().orElse("HOST:PORT"),
                "");
    }

    static List<String> unlock(String key) {
        return List.of(
                "To unlock a swarm manager after it restarts, run the `skep swarm unlock`",
                "command and provide the following key:",
                "",
                "    " + key,
                "",
                "Remember to store this key in a password manager, since without it you",
                "will not be able to restart the manager.");
    }
}
