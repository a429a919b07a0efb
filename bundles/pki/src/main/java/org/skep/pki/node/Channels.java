package org.skep.pki.node;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.time.Clock;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.Roots;
import org.skep.rpc.AnonymousConnections;

/** Desks at the other end of channels that live as long as they are needed. */
final class Channels implements Desks {

    /** There are other managers to ask than one whose host is gone. */
    private static final int CONNECT_MILLIS = 2_000;

    private final Supplier<AnonymousConnections> anonymous;
    private final Clock clock;

    /** @param anonymous null while there are none */
    Channels(Supplier<AnonymousConnections> anonymous, Clock clock) {
        this.anonymous = anonymous;
        this.clock = clock;
    }

    @Override
    public byte[] rootCertificate(Endpoint manager) throws InterruptedException {
        try (RemoteDesk desk = new RemoteDesk(connections().unverified(manager), manager)) {
            return desk.rootCertificate();
        }
    }

    @Override
    public Desk anonymous(Endpoint manager, Roots roots) {
        return new RemoteDesk(connections().verified(manager, roots.certificates()), manager);
    }

    private AnonymousConnections connections() {
        AnonymousConnections present = anonymous.get();
        if (present == null) {
            throw SkepException.external("UNREACHABLE", "this node cannot connect to others now", "try again", null);
        }
        return present;
    }

    /**
     * A channel of its own: those that others share go on with the certificate that they began with, and this one may be
     * a new one.
     */
    @Override
    public Desk as(Credential credential, Endpoint manager) {
        LiveCredentials own = new LiveCredentials(credential, clock);
        KeyManager key = own.keyManager();
        TrustManager trust = own.trustManager(peer -> {});
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        manager.host(),
                        manager.port(),
                        TlsChannelCredentials.newBuilder()
                                .keyManager(key)
                                .trustManager(trust)
                                .build())
                .overrideAuthority(Authority.NAME)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .disableServiceConfigLookUp()
                // Managers are in reach; a proxy of the host's environment is for others.
                .proxyDetector(address -> null)
                .build();
        return new RemoteDesk(channel, manager);
    }
}
