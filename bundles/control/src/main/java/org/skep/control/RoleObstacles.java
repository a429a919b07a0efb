package org.skep.control;

import java.util.Optional;

/** Why nodes are not yet what they are to be. A service, present on the leader. Safe for use from any thread. */
public interface RoleObstacles {

    /** What holds up the change of this node's role, in words that go on after the node's name; empty if nothing does. */
    Optional<String> of(String nodeId);
}
