package org.skep.rpc.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.rpc.CertificateConnections;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.Tls;

/** Channels of their own. Managers answer calls about certificates under a name of its own. */
@Component
public final class CertificateChannels implements CertificateConnections {

    /** Bytes of a message: certificates are small, and who sends them may be anyone. */
    private static final int LARGEST = 1 << 20;

    private final Dialer dialer;

    @Activate
    public CertificateChannels(@Reference RpcThreads threads) {
        this.dialer = new Dialer(threads, Dialer.SILENCE);
    }

    @Override
    public ManagedChannel anonymous(Endpoint manager, X509ExtendedTrustManager trust) {
        return dial(manager, Tls.anonymous(trust));
    }

    @Override
    public ManagedChannel as(Endpoint manager, X509ExtendedKeyManager certificate, X509ExtendedTrustManager trust) {
        return dial(manager, Tls.client(certificate, trust));
    }

    private ManagedChannel dial(Endpoint manager, SslContext tls) {
        return dialer.dial(manager, tls, NodeIdentity.AUTHORITY, LARGEST);
    }
}
