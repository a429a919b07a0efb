package org.skep.rpc.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.node.DaemonInstance;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;
import org.skep.rpc.Connections;
import org.skep.rpc.transport.Headers;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.Tls;

/** One channel to each manager, with this node's certificate as it is when the connection is made. */
@Component(service = {Connections.class, ManagerConnections.class})
public final class ManagerConnections implements Connections, AutoCloseable {

    /** What a manager sends may be as large as all that a worker is to run. */
    private static final int ALL_OF_A_WORKER = Integer.MAX_VALUE;

    private final NodeCredentials credentials;
    private final KnownManagers managers;
    private final ClientInterceptor instance;
    private final Dialer dialer;
    private final Map<Endpoint, ManagerChannel> channels = new ConcurrentHashMap<>();
    private final NodeCredentials.Follower follower;
    private volatile boolean closed;

    @Activate
    public ManagerConnections(
            @Reference RpcThreads threads,
            @Reference NodeCredentials credentials,
            @Reference KnownManagers managers,
            @Reference DaemonInstance daemon) {
        this(threads, credentials, managers, daemon, Dialer.SILENCE);
    }

    ManagerConnections(
            RpcThreads threads,
            NodeCredentials credentials,
            KnownManagers managers,
            DaemonInstance daemon,
            Duration silence) {
        this.credentials = credentials;
        this.managers = managers;
        this.instance = new InstanceHeader(daemon.id());
        this.dialer = new Dialer(threads, silence);
        this.follower = credentials.follow(() -> channels.values().forEach(ManagerChannel::renew));
    }

    @Deactivate
    @Override
    public void close() throws InterruptedException {
        closed = true;
        follower.close();
        channels.values().forEach(ManagerChannel::close);
        for (ManagerChannel channel : channels.values()) {
            channel.awaitEnd();
        }
    }

    @Override
    public Channel to(Endpoint manager) {
        return ClientInterceptors.intercept(plain(manager), instance);
    }

    @Override
    public Channel to(String nodeId) {
        return to(managers.all().stream()
                .filter(manager -> manager.nodeId().equals(nodeId))
                .findFirst()
                .orElseThrow(() -> SkepException.state("NOT_FOUND", "no manager " + nodeId + " is known", ""))
                .address());
    }

    /** As {@link #to(Endpoint)}, for calls made on behalf of another node: they do not tell this daemon's instance. */
    public Channel plain(Endpoint manager) {
        ManagerChannel channel = channels.computeIfAbsent(
                manager, endpoint -> new ManagerChannel(endpoint.toString(), () -> connect(endpoint)));
        if (closed) {
            channel.close();
        }
        return channel;
    }

    private ManagedChannel connect(Endpoint manager) {
        return dialer.dial(
                manager,
                Tls.client(credentials.keyManager(), credentials.trustManager(ManagerConnections::isManager)),
                NodeIdentity.MANAGER_UNIT,
                ALL_OF_A_WORKER);
    }

    /** The name that a manager's certificate has, and a worker's has not, follows from its role. */
    private static void isManager(NodeIdentity peer) throws CertificateException {
        if (!peer.manager()) {
            throw new CertificateException("node " + peer.nodeId() + " is not a manager");
        }
    }

    private record InstanceHeader(String id) implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    headers.put(Headers.INSTANCE, id);
                    super.start(listener, headers);
                }
            };
        }
    }
}
