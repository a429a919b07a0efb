package org.skep.api.node;

/**
 * Something this node holds for its swarm and gives up when it leaves, unlike when the daemon stops and tasks keep
 * running. Components register it as a service; who takes the node out of the swarm calls every one of them before the
 * conditions of {@link Roles} go.
 */
public interface Departure {

    /**
     * Gives up everything, and returns when it is gone. Nothing of the swarm is taken on any more.
     *
     * @throws org.skep.api.SkepException naming what could not be given up; the node leaves all the same
     */
    void depart() throws InterruptedException;
}
