package org.skep.control.remote;

import java.util.List;
import org.skep.control.Networks;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ListRequest;
import org.skep.protocol.control.NetworkList;

/** Networks, asked of the leader. */
record RemoteNetworks(Calls calls) implements Networks {

    @Override
    public List<Network> list() {
        return calls.list(
                ControlGrpc.getListNetworksMethod(), ListRequest.getDefaultInstance(), NetworkList::getNetworksList);
    }

    @Override
    public Network get(String reference) {
        return calls.ask(ControlGrpc.getGetNetworkMethod(), Messages.reference(reference));
    }

    @Override
    public Network create(NetworkSpec spec) {
        return calls.ask(ControlGrpc.getCreateNetworkMethod(), spec);
    }

    @Override
    public void remove(String reference) {
        calls.ask(ControlGrpc.getRemoveNetworkMethod(), Messages.reference(reference));
    }
}
