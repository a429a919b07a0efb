package org.skep.rpc.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.skep.api.node.Endpoint;
import org.skep.protocol.life.LifeGrpc;
import org.skep.protocol.life.SignRequest;
import org.skep.protocol.life.SignResponse;
import org.skep.rpc.transport.RpcThreads;

/** Makes channels to managers. */
final class Dialer {

    /** There are other managers to ask than one whose host is gone. */
    private static final int CONNECT_MILLIS = 2_000;
    /** Managers ping after two seconds. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    private static final long UNUSED_SECONDS = 60;

    private final RpcThreads threads;
    private final Duration silence;

    /** @param silence of a manager, after which the connection to it ends */
    Dialer(RpcThreads threads, Duration silence) {
        this.threads = threads;
        this.silence = silence;
    }

    /**
     * A channel that ends its connection when the manager goes silent.
     *
     * @param server the name that the manager's certificate must have
     * @param largest message in bytes that is taken from it
     */
    ManagedChannel dial(Endpoint manager, SslContext tls, String server, int largest) {
        AtomicReference<ManagedChannel> itself = new AtomicReference<>();
        ManagedChannel channel = NettyChannelBuilder.forAddress(manager.host(), manager.port())
                .sslContext(tls)
                .overrideAuthority(server)
                .eventLoopGroup(threads.io())
                .channelFactory(() -> {
                    NioSocketChannel socket = new NioSocketChannel();
                    socket.pipeline().addFirst(new LifeSigns(silence, () -> ask(itself.get())));
                    return socket;
                })
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .withOption(ChannelOption.TCP_NODELAY, true)
                .withOption(ChannelOption.ALLOCATOR, threads.buffers())
                .executor(threads.client())
                .offloadExecutor(threads.client())
                .idleTimeout(UNUSED_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(largest)
                .disableRetry()
                .disableServiceConfigLookUp()
                // Managers are in reach; a proxy of the host's environment is for others.
                .proxyDetector(address -> null)
                .build();
        itself.set(channel);
        return channel;
    }

    private void ask(ManagedChannel channel) {
        LifeGrpc.newStub(channel)
                .withDeadlineAfter(silence.toMillis(), TimeUnit.MILLISECONDS)
                .sign(SignRequest.getDefaultInstance(), new Answer());
    }

    /** That something came is what counts, and the connection has seen it. */
    private static final class Answer implements StreamObserver<SignResponse> {
        @Override
        public void onNext(SignResponse sign) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
