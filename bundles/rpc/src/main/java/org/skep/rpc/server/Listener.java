package org.skep.rpc.server;

import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.rpc.Loopback;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.RpcThreads.Work;

/** A gRPC server on a port, within bounds that hold whoever connects. */
final class Listener implements Loopback.Serving {

    private static final int BACKLOG = 1_024;
    private static final int MESSAGE_BYTES = 4 << 20;
    private static final int HEADER_BYTES = 8 << 10;
    /** Of one connection, whose other end may be a manager that passes on the calls of a thousand workers. */
    private static final int CALLS_PER_CONNECTION = 8_192;
    /** Fixed: what a connection may send before it is read, however many streams it has. */
    private static final int WINDOW_BYTES = 1 << 20;

    private static final int RESETS = 2_000;
    private static final int RESETS_PERIOD_SECONDS = 10;
    private static final long PING_AFTER_MILLIS = 2_000;
    private static final long PING_ANSWER_MILLIS = 3_000;
    private static final long UNUSED_SECONDS = 300;
    private static final long CLOSE_SECONDS = 5;

    private final RpcThreads threads;
    private final String host;
    private final Server server;

    /**
     * Opens the port.
     *
     * @param interceptors the first one sees a call first
     * @throws SkepException {@code PORT_IN_USE} or {@code ADDRESS_UNUSABLE}
     */
    Listener(
            InetSocketAddress address,
            SslContext tls,
            RpcThreads threads,
            Gate gate,
            Whiteboard services,
            HalfSaid halfSaid,
            List<ServerInterceptor> interceptors) {
        this.threads = threads;
        this.host = address.getHostString();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .sslContext(tls)
                .channelFactory(gate::listen)
                .bossEventLoopGroup(threads.io())
                .workerEventLoopGroup(threads.io())
                // Who looks for the method, which takes no time.
                .executor(threads.server(Work.LIFE))
                .callExecutor(new Lanes(threads))
                .addTransportFilter(gate)
                .addStreamTracerFactory(halfSaid)
                .fallbackHandlerRegistry(services)
                .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .withChildOption(ChannelOption.ALLOCATOR, threads.buffers())
                .maxInboundMessageSize(MESSAGE_BYTES)
                .maxInboundMetadataSize(HEADER_BYTES)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .flowControlWindow(WINDOW_BYTES)
                .maxRstFramesPerWindow(RESETS, RESETS_PERIOD_SECONDS)
                .keepAliveTime(PING_AFTER_MILLIS, TimeUnit.MILLISECONDS)
                .keepAliveTimeout(PING_ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConnectionIdle(UNUSED_SECONDS, TimeUnit.SECONDS);
        // gRPC calls the interceptor that was added last first.
        for (int i = interceptors.size() - 1; i >= 0; i--) {
            builder.intercept(interceptors.get(i));
        }
        builder.intercept(halfSaid);
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw refused(address, e);
        }
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint(host, server.getPort());
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        threads.settle();
    }

    private static SkepException refused(InetSocketAddress address, IOException failure) {
        String endpoint = address.getPort() == 0
                ? address.getHostString()
                : new Endpoint(address.getHostString(), address.getPort()).toString();
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof BindException && message.contains("in use")) {
            return SkepException.resource(
                    "PORT_IN_USE",
                    "cannot listen on " + endpoint + ": the port is in use",
                    "stop what listens there, or choose another port with --listen-addr",
                    failure);
        }
        return SkepException.resource(
                "ADDRESS_UNUSABLE",
                "cannot listen on " + endpoint + ": " + message,
                "--listen-addr must name an address of this host",
                failure);
    }
}
