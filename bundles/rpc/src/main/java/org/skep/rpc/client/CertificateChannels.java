package org.skep.rpc.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
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
    public ManagedChannel unverified(Endpoint manager) {
        return dial(manager, Tls.anonymous(new Unverified()));
    }

    @Override
    public ManagedChannel verified(Endpoint manager, List<X509Certificate> roots) {
        return dial(manager, Tls.anonymous(trusting(roots)));
    }

    @Override
    public ManagedChannel as(Endpoint manager, X509ExtendedKeyManager certificate, X509ExtendedTrustManager trust) {
        return dial(manager, Tls.client(certificate, trust));
    }

    private ManagedChannel dial(Endpoint manager, SslContext tls) {
        return dialer.dial(manager, tls, NodeIdentity.AUTHORITY, LARGEST);
    }

    private static TrustManager trusting(List<X509Certificate> roots) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate root : roots) {
                store.setCertificateEntry("root-" + store.size(), root);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("roots that cannot be trusted", e);
        }
    }
}
