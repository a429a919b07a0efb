package org.skep.rpc;

import io.grpc.Channel;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;

/**
 * Connections from this node to managers, over mutual TLS with its present certificate. A service, present while
 * {@link org.skep.api.node.NodeCredentials} is. Channels are shared and kept open while in use; whoever got one does not
 * close it. Safe for use from any thread.
 */
public interface Connections {

    /** The channel to a manager; fails calls at once while it cannot be reached. */
    Channel to(Endpoint manager);

    /** The channel to the manager with this node ID among {@link KnownManagers}, or {@code NOT_FOUND}. */
    Channel to(String nodeId);
}
