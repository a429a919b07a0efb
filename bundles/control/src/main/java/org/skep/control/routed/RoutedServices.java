package org.skep.control.routed;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.skep.control.Services;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;

/** Services, wherever the leader is. */
record RoutedServices(Router router) implements Services {

    @Override
    public List<Service> list() {
        return router.read(leader -> leader.services().list());
    }

    @Override
    public Service get(String reference) {
        return router.read(leader -> leader.services().get(reference));
    }

    @Override
    public Service create(ServiceSpec spec, Requester by) {
        return router.write("service ls", leader -> leader.services().create(spec, by));
    }

    @Override
    public Service update(String id, long version, ServiceSpec spec, Requester by) {
        return router.change(
                "service inspect " + id,
                leader -> leader.services().update(id, version, spec, by),
                leader -> Optional.of(leader.services().get(id))
                        .filter(service -> service.getSpec().equals(spec)));
    }

    @Override
    public Service rollback(String id, long version, OptionalLong revision, Requester by) {
        return router.change(
                "service inspect " + id, leader -> leader.services().rollback(id, version, revision, by));
    }

    @Override
    public List<Revision> history(String reference) {
        return router.read(leader -> leader.services().history(reference));
    }

    @Override
    public void remove(String reference) {
        router.write("service ls", leader -> {
            leader.services().remove(reference);
            return null;
        });
    }

    @Override
    public List<Explanation> explain(String reference) {
        return router.read(leader -> leader.services().explain(reference));
    }
}
