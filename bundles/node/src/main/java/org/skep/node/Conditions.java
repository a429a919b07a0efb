package org.skep.node;

import java.util.Hashtable;
import java.util.Objects;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;
import org.skep.api.node.Roles;
import org.skep.api.node.SwarmMembership;

/**
 * This node's part in the swarm as services: rooms open as they appear and close as they go, while the caller waits. They
 * appear in the order membership, manager, worker and leader, and go in the opposite one.
 */
final class Conditions {

    private final BundleContext context;
    private ServiceRegistration<SwarmMembership> membership;
    private ServiceRegistration<Condition> manager;
    private ServiceRegistration<Condition> worker;
    private ServiceRegistration<Condition> leader;
    private Object term;

    Conditions(BundleContext context) {
        this.context = context;
    }

    synchronized void enter(SwarmMembership identity) {
        membership = context.registerService(SwarmMembership.class, identity, null);
    }

    synchronized void manage() {
        manager = manager == null ? register(Roles.MANAGER) : manager;
    }

    synchronized void work() {
        worker = worker == null ? register(Roles.WORKER) : worker;
    }

    /**
     * @param leadership what the leadership rests on: another one begins a new term, in which the leader's rooms open
     *     anew; null if this node does not lead
     */
    synchronized void lead(Object leadership) {
        Object next = manager == null ? null : leadership;
        if (Objects.equals(next, term)) {
            return;
        }
        leader = withdraw(leader);
        term = next;
        if (next != null) {
            leader = register(Roles.LEADER);
        }
    }

    /** Closes all rooms; the membership stays until {@link #leave}. */
    synchronized void withdrawRoles() {
        leader = withdraw(leader);
        term = null;
        worker = withdraw(worker);
        manager = withdraw(manager);
    }

    synchronized void leave() {
        withdrawRoles();
        membership = withdraw(membership);
    }

    private ServiceRegistration<Condition> register(String id) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Condition.CONDITION_ID, id);
        return context.registerService(Condition.class, Condition.INSTANCE, properties);
    }

    private static <T> ServiceRegistration<T> withdraw(ServiceRegistration<T> registration) {
        if (registration != null) {
            try {
                registration.unregister();
            } catch (IllegalStateException stoppedAlready) {
                // The framework is faster when it stops.
            }
        }
        return null;
    }
}
