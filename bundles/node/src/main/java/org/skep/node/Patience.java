package org.skep.node;

import java.time.Duration;

/**
 * How long to wait for others.
 *
 * @param leader for this node to lead the swarm it creates
 * @param ready for a new swarm's first node to be ready for tasks
 * @param joined for a node that joins to be ready, all in all
 * @param departure for tasks to stop when the node leaves
 * @param stepDown for the other managers to let one go that leaves
 * @param retry before a change of role that failed is tried again
 * @param look before it is looked whether the host's addresses have changed
 */
record Patience(
        Duration leader,
        Duration ready,
        Duration joined,
        Duration departure,
        Duration stepDown,
        Duration retry,
        Duration look) {

    static final Patience USUAL = new Patience(
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            Duration.ofSeconds(20),
            Duration.ofSeconds(70),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));
}
