package org.skep.rpc.server;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.skep.api.node.NodeIdentity;

/** Lets connections in, as many as memory allows for, and says whose they are. */
final class Gate extends ServerTransportFilter {

    /** Who is at the other end of a connection. */
    static final Attributes.Key<Peer> PEER = Attributes.Key.create("skep-peer");

    /** @param identity empty without a certificate */
    record Peer(Optional<NodeIdentity> identity, String host, int port) {
        String address() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * What those may use who have shown no certificate.
     *
     * @param handshake how long it may take from the first packet to HTTP/2
     * @param anonymousAge after which a connection without a certificate ends
     */
    record Limits(Shares.Limits arriving, Shares.Limits anonymous, Duration handshake, Duration anonymousAge) {
        static Limits defaults() {
            return new Limits(
                    new Shares.Limits(256, 64),
                    new Shares.Limits(256, 64),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(2));
        }
    }

    private final Limits limits;
    private final RefusalLog log;
    private final Shares arriving;
    private final Shares anonymous;
    private final Map<SocketAddress, Arrival> arrivals = new ConcurrentHashMap<>();

    Gate(Limits limits, RefusalLog log) {
        this.limits = limits;
        this.log = log;
        this.arriving = new Shares(limits.arriving());
        this.anonymous = new Shares(limits.anonymous());
    }

    /** The socket to listen on. */
    NioServerSocketChannel listen() {
        return new NioServerSocketChannel() {
            @Override
            protected int doReadMessages(List<Object> accepted) throws Exception {
                int before = accepted.size();
                super.doReadMessages(accepted);
                for (int i = accepted.size() - 1; i >= before; i--) {
                    if (!admit((Channel) accepted.get(i))) {
                        accepted.remove(i);
                    }
                }
                return accepted.size() - before;
            }
        };
    }

    private boolean admit(Channel channel) {
        String address = host(channel.remoteAddress());
        Arrival arrival = new Arrival(this, address);
        if (!arrival.enter(arriving)) {
            log.refused(address, "too many connections that have not finished their handshake");
            channel.unsafe().closeForcibly();
            return false;
        }
        channel.pipeline().addFirst(arrival);
        return true;
    }

    @Override
    public Attributes transportReady(Attributes transport) {
        SocketAddress remote = transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        Optional<NodeIdentity> identity = identity(transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        Arrival arrival = arrivals.get(remote);
        if (arrival != null) {
            arrival.ready(identity.isEmpty());
        }
        return transport.toBuilder()
                .set(PEER, new Peer(identity, host(remote), remote instanceof InetSocketAddress ip ? ip.getPort() : 0))
                .build();
    }

    void arrived(Arrival arrival, SocketAddress from) {
        arrivals.put(from, arrival);
    }

    void left(SocketAddress from) {
        arrivals.remove(from);
    }

    RefusalLog log() {
        return log;
    }

    Shares anonymous() {
        return anonymous;
    }

    long handshakeMillis() {
        return limits.handshake().toMillis();
    }

    long anonymousMillis() {
        return limits.anonymousAge().toMillis();
    }

    private static Optional<NodeIdentity> identity(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return Optional.of(NodeIdentity.of((X509Certificate) chain[0]));
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return Optional.empty();
        }
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : "an unknown address";
    }
}
