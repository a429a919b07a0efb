package org.skep.control.remote;

import java.util.List;
import org.skep.control.Services;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ExplanationList;
import org.skep.protocol.control.ListRequest;
import org.skep.protocol.control.RollbackServiceRequest;
import org.skep.protocol.control.ServiceList;
import org.skep.protocol.control.UpdateServiceRequest;

/** Services, asked of the leader. */
record RemoteServices(Calls calls) implements Services {

    @Override
    public List<Service> list() {
        return calls.list(
                ControlGrpc.getListServicesMethod(), ListRequest.getDefaultInstance(), ServiceList::getServicesList);
    }

    @Override
    public Service get(String reference) {
        return calls.ask(ControlGrpc.getGetServiceMethod(), Messages.reference(reference));
    }

    @Override
    public Service create(ServiceSpec spec) {
        return calls.ask(ControlGrpc.getCreateServiceMethod(), spec);
    }

    @Override
    public Service update(String id, long version, ServiceSpec spec) {
        return calls.ask(
                ControlGrpc.getUpdateServiceMethod(),
                UpdateServiceRequest.newBuilder()
                        .setId(id)
                        .setVersion(Messages.version(version))
                        .setSpec(spec)
                        .build());
    }

    @Override
    public Service rollback(String id, long version) {
        return calls.ask(
                ControlGrpc.getRollbackServiceMethod(),
                RollbackServiceRequest.newBuilder()
                        .setId(id)
                        .setVersion(Messages.version(version))
                        .build());
    }

    @Override
    public void remove(String reference) {
        calls.ask(ControlGrpc.getRemoveServiceMethod(), Messages.reference(reference));
    }

    @Override
    public List<Explanation> explain(String reference) {
        return calls
                .list(
                        ControlGrpc.getExplainServiceMethod(),
                        Messages.reference(reference),
                        ExplanationList::getExplanationsList)
                .stream()
                .map(line -> new Explanation(line.getTask(), line.getSubject(), line.getReasonsList()))
                .toList();
    }
}
