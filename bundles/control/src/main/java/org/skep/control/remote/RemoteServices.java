package org.skep.control.remote;

import java.util.List;
import java.util.OptionalLong;
import org.skep.control.Services;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.CreateServiceRequest;
import org.skep.protocol.control.ExplanationList;
import org.skep.protocol.control.ListRequest;
import org.skep.protocol.control.RevisionList;
import org.skep.protocol.control.RollbackServiceRequest;
import org.skep.protocol.control.ServiceList;
import org.skep.protocol.control.UpdateServiceRequest;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;

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
    public Service create(ServiceSpec spec, Requester by) {
        return calls.ask(
                ControlGrpc.getCreateServiceMethod(),
                CreateServiceRequest.newBuilder().setSpec(spec).setBy(by).build());
    }

    @Override
    public Service update(String id, long version, ServiceSpec spec, Requester by) {
        return calls.ask(
                ControlGrpc.getUpdateServiceMethod(),
                UpdateServiceRequest.newBuilder()
                        .setId(id)
                        .setVersion(Messages.version(version))
                        .setSpec(spec)
                        .setBy(by)
                        .build());
    }

    @Override
    public Service rollback(String id, long version, OptionalLong revision, Requester by) {
        return calls.ask(
                ControlGrpc.getRollbackServiceMethod(),
                RollbackServiceRequest.newBuilder()
                        .setId(id)
                        .setVersion(Messages.version(version))
                        .setRevision(revision.orElse(0))
                        .setBy(by)
                        .build());
    }

    @Override
    public List<Revision> history(String reference) {
        return calls.list(
                ControlGrpc.getGetServiceHistoryMethod(),
                Messages.reference(reference),
                RevisionList::getRevisionsList);
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
