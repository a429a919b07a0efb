package org.skep.rpc;

import io.grpc.ManagedChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.skep.api.node.Endpoint;

/**
 * Connections to managers for calls about certificates, apart from those that all else shares: the caller has no
 * certificate yet, or one that is to be another soon. A service, always present. Whoever got a channel shuts it down. Safe
 * for use from any thread.
 */
public interface CertificateConnections {

    /** A channel to whoever listens there: nothing that comes from it is to be trusted unseen. */
    ManagedChannel unverified(Endpoint manager);

    /** A channel to a manager of the swarm that one of these roots stands for. */
    ManagedChannel verified(Endpoint manager, List<X509Certificate> roots);

    /** A channel with a certificate. */
    ManagedChannel as(Endpoint manager, X509ExtendedKeyManager certificate, X509ExtendedTrustManager trust);
}
