package org.skep.api.node;

import java.util.List;

/**
 * Where the swarm's managers are, as last heard; kept over a restart. A service, present while this node belongs to a
 * swarm. Safe for use from any thread.
 */
public interface KnownManagers {

    /** Never empty while the swarm has managers; may name some that are gone. This node is among them if it is one. */
    List<Manager> all();

    /** Replaces the list; an empty one is ignored, because it would leave no way back. */
    void update(List<Manager> managers);

    /** Calls {@code listener} after each change of the list, on the thread that made it, until closed. */
    Follower follow(Runnable listener);

    /**
     * A manager.
     *
     * @param nodeId empty for one that is known by its address only, as after {@code swarm join}
     */
    record Manager(String nodeId, Endpoint address) {}

    /** A listener that is told of changes until it is closed. */
    interface Follower extends AutoCloseable {
        @Override
        void close();
    }
}
