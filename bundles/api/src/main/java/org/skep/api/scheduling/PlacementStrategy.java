package org.skep.api.scheduling;

/**
 * Ranks nodes for services that name it ({@code --placement-strategy}). Register it as a component with the property
 * {@code skep.strategy=<name>}; a service whose strategy is not there stays pending with that reason, and is placed the
 * moment it is.
 *
 * <p>A strategy only ranks: which nodes a task may run on at all (reservations, constraints, ports and so on) is not its
 * business, and it is asked for nodes that are full, too. Nodes where the task keeps failing come last whatever it says.
 *
 * <p>Called by the leader's scheduler, on one thread, at every change of a node's tasks: methods must answer at once from
 * what they are given, and the same for the same. One that throws, or answers with not-a-number, leaves the tasks of its
 * services pending with its message as the reason.
 */
public interface PlacementStrategy {

    /** The service property that holds a strategy's name. */
    String PROPERTY = "skep.strategy";

    /** The one of services that name none. */
    String DEFAULT = "spread";

    /** How late the node's turn comes: the node with the lowest rank is offered first, of equals the one with the lowest ID. */
    double rank(NodeLoad node);

    /**
     * Whether a node with fewer tasks of the service comes before one with more, and the rank decides between equals only.
     * Such services also take part in rebalancing.
     */
    default boolean spreadsServices() {
        return true;
    }
}
