package org.skep.node;

import java.util.Hashtable;
import java.util.Objects;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeFacts;
import org.skep.api.node.Roles;
import org.skep.api.node.SwarmMembership;

/**
 * This node's part in the swarm as services: rooms open as they appear and close as they go, while the caller waits. They
 * appear in the order addresses, managers, membership, manager, worker and leader, and go in the opposite one.
 */
final class Conditions {

    private final BundleContext context;
    private final KnownManagers managers;
    private final NodeFacts facts;
    private final Supplier<ManagerStart> start;

    private ServiceRegistration<KnownManagers> known;
    private ServiceRegistration<NodeAddresses> addresses;
    private ServiceRegistration<NodeFacts> told;
    private ServiceRegistration<SwarmMembership> membership;
    private ServiceRegistration<?> started;
    private volatile ServiceRegistration<Condition> manager;
    private ServiceRegistration<Condition> worker;
    private ServiceRegistration<Condition> leader;
    private Object term;

    /** @param start asked anew whenever a room opens */
    Conditions(BundleContext context, KnownManagers managers, NodeFacts facts, Supplier<ManagerStart> start) {
        this.context = context;
        this.managers = managers;
        this.facts = facts;
        this.start = start;
    }

    synchronized void enter(SwarmMembership identity, NodeAddresses place) {
        known = context.registerService(KnownManagers.class, managers, null);
        told = context.registerService(NodeFacts.class, facts, null);
        addresses = context.registerService(NodeAddresses.class, place, null);
        membership = context.registerService(SwarmMembership.class, identity, null);
    }

    /** The node is to be found elsewhere from now on. */
    synchronized void move(NodeAddresses place) {
        ServiceRegistration<NodeAddresses> before = addresses;
        addresses = context.registerService(NodeAddresses.class, place, null);
        withdraw(before);
    }

    synchronized void manage() {
        if (manager == null) {
            started = context.registerService(ManagerStart.class.getName(), new Start(start), null);
            manager = register(Roles.MANAGER);
        }
    }

    /** Whether the manager's rooms are open. */
    boolean managing() {
        return manager != null;
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

    /** Closes the manager's rooms; those of the worker stay as they are. */
    synchronized void stopManaging() {
        leader = withdraw(leader);
        term = null;
        manager = withdraw(manager);
        started = withdraw(started);
    }

    /** Closes all rooms; the membership stays until {@link #leave}. */
    synchronized void withdrawRoles() {
        leader = withdraw(leader);
        term = null;
        worker = withdraw(worker);
        stopManaging();
    }

    synchronized void leave() {
        withdrawRoles();
        membership = withdraw(membership);
        addresses = withdraw(addresses);
        told = withdraw(told);
        known = withdraw(known);
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

    /** A room that opens again later, because its bundle was updated, must not found the swarm again. */
    private record Start(Supplier<ManagerStart> current) implements ServiceFactory<ManagerStart> {
        @Override
        public ManagerStart getService(Bundle bundle, ServiceRegistration<ManagerStart> registration) {
            return current.get();
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<ManagerStart> registration, ManagerStart service) {
            // An enum holds nothing.
        }
    }
}
