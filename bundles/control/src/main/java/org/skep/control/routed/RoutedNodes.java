package org.skep.control.routed;

import java.util.List;
import java.util.Optional;
import org.skep.control.Nodes;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;

/** Nodes, wherever the leader is. {@code self} is the node that was asked, not the leader. */
record RoutedNodes(Router router) implements Nodes {

    @Override
    public List<Node> list() {
        return router.read(leader -> leader.nodes().list());
    }

    @Override
    public Node get(String reference) {
        String resolved = resolved(reference);
        return router.read(leader -> leader.nodes().get(resolved));
    }

    @Override
    public Node update(String id, long version, NodeSpec spec) {
        return router.change(
                "node inspect " + id, leader -> leader.nodes().update(id, version, spec), leader -> Optional.of(
                                leader.nodes().get(id))
                        .filter(node -> node.getSpec().equals(spec)));
    }

    @Override
    public void remove(String reference, boolean force) {
        String resolved = resolved(reference);
        router.write("node ls", leader -> {
            leader.nodes().remove(resolved, force);
            return null;
        });
    }

    private String resolved(String reference) {
        return reference.equals("self") ? router.nodeId() : reference;
    }
}
