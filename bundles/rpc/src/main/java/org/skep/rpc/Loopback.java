package org.skep.rpc;

import io.grpc.BindableService;
import java.util.List;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeCredentials;

/** Servers for this daemon's own calls, apart from a manager's port. A service, always present. */
public interface Loopback {

    /**
     * Serves on a free port of the loopback address, as managers do on theirs.
     *
     * @param credentials of the manager that it is
     * @throws org.skep.api.SkepException {@code ADDRESS_UNUSABLE}
     */
    Serving serve(List<BindableService> services, NodeCredentials credentials);

    /** A server, until it is closed. */
    interface Serving extends AutoCloseable {
        Endpoint endpoint();

        @Override
        void close() throws InterruptedException;
    }
}
