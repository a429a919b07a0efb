package org.skep.control.remote;

import java.util.List;
import org.skep.control.Nodes;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ListRequest;
import org.skep.protocol.control.NodeList;
import org.skep.protocol.control.RemoveNodeRequest;
import org.skep.protocol.control.UpdateNodeRequest;

/** Nodes, asked of the leader. */
record RemoteNodes(Calls calls) implements Nodes {

    @Override
    public List<Node> list() {
        return calls.list(ControlGrpc.getListNodesMethod(), ListRequest.getDefaultInstance(), NodeList::getNodesList);
    }

    @Override
    public Node get(String reference) {
        return calls.ask(ControlGrpc.getGetNodeMethod(), Messages.reference(reference));
    }

    @Override
    public Node update(String id, long version, NodeSpec spec) {
        return calls.ask(
                ControlGrpc.getUpdateNodeMethod(),
                UpdateNodeRequest.newBuilder()
                        .setId(id)
                        .setVersion(Messages.version(version))
                        .setSpec(spec)
                        .build());
    }

    @Override
    public void remove(String reference, boolean force) {
        calls.ask(
                ControlGrpc.getRemoveNodeMethod(),
                RemoveNodeRequest.newBuilder()
                        .setReference(reference)
                        .setForce(force)
                        .build());
    }
}
