package org.skep.control.local;

import java.util.Optional;
import java.util.function.Function;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.store.Consensus;

/**
 * How far a node is on its way to another role, in the message of its status.
 *
 * @param obstacles what holds it up, by node ID
 */
record RoleProgress(Function<String, Optional<String>> obstacles) {

    /** @param member what the node is in consensus; null for nothing */
    Node fill(Node node, Consensus.Member member) {
        return step(node, member)
                .map(step -> obstacles.apply(node.getId()).orElse(step))
                .map(message -> with(node, message))
                .orElse(node);
    }

    private static Optional<String> step(Node node, Consensus.Member member) {
        boolean manager = node.getRole() == NodeRole.NODE_ROLE_MANAGER;
        boolean wanted = node.getSpec().getDesiredRole() == NodeRole.NODE_ROLE_MANAGER;
        if (manager && !wanted) {
            return Optional.of("is to become a worker");
        }
        if (!wanted) {
            return Optional.empty();
        }
        if (!manager) {
            return Optional.of("is to become a manager");
        }
        if (member == null) {
            return Optional.of("becomes a manager: has not come to the others yet");
        }
        return member.voter()
                ? Optional.empty()
                : Optional.of("becomes a manager: catches up with the others, and has no vote yet");
    }

    private static Node with(Node node, String message) {
        String before = node.getStatus().getMessage();
        return node.toBuilder()
                .setStatus(
                        node.getStatus().toBuilder().setMessage(before.isEmpty() ? message : before + "; " + message))
                .build();
    }
}
