package org.skep.control.local;

import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeStatus;
import org.skep.store.Consensus;
import org.skep.store.View;

/**
 * Who may become a manager, and who may cease to be one. Asking for the role a node has is always right.
 *
 * @param status of consensus as the leader sees it; empty where it is alone
 */
record RoleRules(View view, Optional<Consensus.Status> status) {

    void check(Node node, NodeRole desired) {
        if (desired == node.getSpec().getDesiredRole()) {
            return;
        }
        if (desired == NodeRole.NODE_ROLE_MANAGER) {
            checkPromotion(node);
        } else {
            checkDemotion(node);
        }
    }

    /** A node that is down would be asked for its vote, and never give it. */
    private static void checkPromotion(Node node) {
        if (node.getStatus().getState() == NodeStatus.State.DOWN) {
            throw SkepException.state(
                    "NODE_DOWN",
                    "node " + LocalNodes.name(node) + " is down and cannot be promoted",
                    "bring it back first");
        }
    }

    private void checkDemotion(Node node) {
        long managers =
                view.nodes().all().stream().filter(RoleRules::staysManager).count();
        if (managers <= 1) {
            throw lastManager(node, "promote another node first");
        }
        status.ifPresent(consensus -> checkQuorum(node, consensus));
    }

    private static SkepException lastManager(Node node, String hint) {
        return SkepException.state(
                "LAST_MANAGER",
                "node " + LocalNodes.name(node) + " is the last manager of the swarm and cannot be demoted",
                hint);
    }

    /** Those who are to be demoted already do not count: they are about to go. */
    private void checkQuorum(Node node, Consensus.Status consensus) {
        List<Consensus.Member> voters =
                consensus.members().stream().filter(Consensus.Member::voter).toList();
        if (voters.stream().noneMatch(voter -> voter.nodeId().equals(node.getId()))) {
            return;
        }
        List<Consensus.Member> left = voters.stream()
                .filter(voter -> !voter.nodeId().equals(node.getId()))
                .filter(voter -> view.nodes()
                        .get(voter.nodeId())
                        .map(RoleRules::staysManager)
                        .orElse(true))
                .toList();
        if (left.isEmpty()) {
            throw lastManager(
                    node, "wait until another manager takes part in consensus, or promote another node first");
        }
        long reachable = left.stream()
                .filter(voter -> voter.reachable() || voter.nodeId().equals(consensus.self()))
                .count();
        int needed = left.size() / 2 + 1;
        if (reachable < needed) {
            throw SkepException.state(
                    "QUORUM_LOSS",
                    "node " + LocalNodes.name(node) + " cannot be demoted: of the " + left.size() + " managers left, "
                            + reachable + " can be reached and " + needed + " are needed",
                    "bring the other managers back or demote those first");
        }
    }

    private static boolean staysManager(Node node) {
        return node.getSpec().getDesiredRole() == NodeRole.NODE_ROLE_MANAGER;
    }
}
