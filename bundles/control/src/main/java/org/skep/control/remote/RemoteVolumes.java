package org.skep.control.remote;

import java.util.List;
import org.skep.control.Volumes;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ListRequest;
import org.skep.protocol.control.VolumeList;

/** Volumes, asked of the leader. */
record RemoteVolumes(Calls calls) implements Volumes {

    @Override
    public List<Volume> list() {
        return calls.list(
                ControlGrpc.getListVolumesMethod(), ListRequest.getDefaultInstance(), VolumeList::getVolumesList);
    }

    @Override
    public Volume get(String reference) {
        return calls.ask(ControlGrpc.getGetVolumeMethod(), Messages.reference(reference));
    }

    @Override
    public Volume create(VolumeSpec spec) {
        return calls.ask(ControlGrpc.getCreateVolumeMethod(), spec);
    }

    @Override
    public void remove(String reference) {
        calls.ask(ControlGrpc.getRemoveVolumeMethod(), Messages.reference(reference));
    }
}
