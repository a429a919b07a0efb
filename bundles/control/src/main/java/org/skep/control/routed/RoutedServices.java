package org.skep.control.routed;

import java.util.List;
import java.util.Optional;
import org.skep.control.Services;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;

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
    public Service create(ServiceSpec spec) {
        return router.write("service ls", leader -> leader.services().create(spec));
    }

    @Override
    public Service update(String id, long version, ServiceSpec spec) {
        return router.change(
                "service inspect " + id, leader -> leader.services().update(id, version, spec), leader -> Optional.of(
                                leader.services().get(id))
                        .filter(service -> service.getSpec().equals(spec)));
    }

    @Override
    public Service rollback(String id, long version) {
        return router.change(
                "service inspect " + id, leader -> leader.services().rollback(id, version));
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
