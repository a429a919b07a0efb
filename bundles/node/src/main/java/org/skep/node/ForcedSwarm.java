package org.skep.node;

import java.util.List;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeStatus;
import org.skep.store.Transaction;

/** A swarm whose other managers are given up. */
record ForcedSwarm(NodeRecord self) {

    private static final String LOST = "its managers were given up by swarm init --force-new-cluster";

    /** Makes the others workers that are down: whoever of them comes back is told so, and takes up that role. */
    void apply(Transaction tx) {
        List<Node> managers = tx.nodes().all().stream()
                .filter(node -> node.getRole() == NodeRole.NODE_ROLE_MANAGER
                        || node.getSpec().getDesiredRole() == NodeRole.NODE_ROLE_MANAGER
                        || node.getId().equals(self.nodeId()))
                .toList();
        managers.forEach(node -> tx.update(node.getId().equals(self.nodeId()) ? sole(node) : lost(node)));
    }

    private Node sole(Node node) {
        return node.toBuilder()
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setSpec(node.getSpec().toBuilder().setDesiredRole(NodeRole.NODE_ROLE_MANAGER))
                .setManagerStatus(ManagerStatus.newBuilder()
                        .setAddr(self.place().advertise().toString()))
                .build();
    }

    private static Node lost(Node node) {
        return node.toBuilder()
                .setRole(NodeRole.NODE_ROLE_WORKER)
                .setSpec(node.getSpec().toBuilder().setDesiredRole(NodeRole.NODE_ROLE_WORKER))
                .clearManagerStatus()
                .setStatus(node.getStatus().toBuilder()
                        .setState(NodeStatus.State.DOWN)
                        .setMessage(LOST))
                .build();
    }
}
