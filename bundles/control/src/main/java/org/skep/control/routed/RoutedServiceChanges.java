package org.skep.control.routed;

import org.skep.control.ServiceChanges;
import org.skep.protocol.Service;

/** Follows services as the leader first shows them, then in this manager's own copy: a change of leader goes unnoticed. */
record RoutedServiceChanges(Router router) implements ServiceChanges {

    @Override
    public Follower follow(String serviceId) {
        Service known = router.read(leader -> leader.services().get(serviceId));
        return router.local().changes().follow(known);
    }
}
