package org.skep.control.remote;

import java.util.List;
import org.skep.control.Configs;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.control.ConfigList;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ListRequest;

/** Configs, asked of the leader. */
record RemoteConfigs(Calls calls) implements Configs {

    @Override
    public List<Config> list() {
        return calls.list(
                ControlGrpc.getListConfigsMethod(), ListRequest.getDefaultInstance(), ConfigList::getConfigsList);
    }

    @Override
    public Config get(String reference) {
        return calls.ask(ControlGrpc.getGetConfigMethod(), Messages.reference(reference));
    }

    @Override
    public Config create(ConfigSpec spec) {
        return calls.ask(ControlGrpc.getCreateConfigMethod(), spec);
    }

    @Override
    public void remove(String reference) {
        calls.ask(ControlGrpc.getRemoveConfigMethod(), Messages.reference(reference));
    }
}
