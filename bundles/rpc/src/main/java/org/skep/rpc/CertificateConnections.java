package org.skep.rpc;

import io.grpc.ManagedChannel;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.skep.api.node.Endpoint;

/**
 * Connections to managers for calls about certificates, apart from those that all else shares: the caller has no
 * certificate yet, or one that is to be another soon. A service, always present. Whoever got a channel shuts it down. Safe
 * for use from any thread.
 */
public interface CertificateConnections {

    /** A channel without a certificate. */
    ManagedChannel anonymous(Endpoint manager, X509ExtendedTrustManager trust);

    /** A channel with a certificate. */
    ManagedChannel as(Endpoint manager, X509ExtendedKeyManager certificate, X509ExtendedTrustManager trust);
}
