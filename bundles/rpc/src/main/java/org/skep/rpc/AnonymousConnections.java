package org.skep.rpc;

import io.grpc.ManagedChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import org.skep.api.node.Endpoint;

/**
 * Connections to managers from a node that has no certificate yet. A service, always present. Whoever got a channel
 * shuts it down. Safe for use from any thread.
 */
public interface AnonymousConnections {

    /** A channel to whoever listens there: nothing that comes from it is to be trusted unseen. */
    ManagedChannel unverified(Endpoint manager);

    /** A channel to a manager of the swarm that one of these roots stands for. */
    ManagedChannel verified(Endpoint manager, List<X509Certificate> roots);
}
