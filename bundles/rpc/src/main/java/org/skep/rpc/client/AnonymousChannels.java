package org.skep.rpc.client;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.node.Endpoint;
import org.skep.rpc.AnonymousConnections;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.Tls;

/** Channels without a certificate. Managers answer calls about certificates under a name of their own. */
@Component
public final class AnonymousChannels implements AnonymousConnections {

    private static final String AUTHORITY_NAME = "swarm-ca";

    /** Bytes of a message: certificates are small, and who sends them may be anyone. */
    private static final int LARGEST = 1 << 20;

    private final Dialer dialer;

    @Activate
    public AnonymousChannels(@Reference RpcThreads threads) {
        this.dialer = new Dialer(threads, Dialer.SILENCE);
    }

    @Override
    public ManagedChannel unverified(Endpoint manager) {
        return dialer.dial(manager, Tls.anonymous(new Unverified()), AUTHORITY_NAME, LARGEST);
    }

    @Override
    public ManagedChannel verified(Endpoint manager, List<X509Certificate> roots) {
        return dialer.dial(manager, Tls.anonymous(trusting(roots)), AUTHORITY_NAME, LARGEST);
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
