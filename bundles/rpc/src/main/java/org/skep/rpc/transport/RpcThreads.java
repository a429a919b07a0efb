package org.skep.rpc.transport;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The threads of all connections, in and out. They end with it. */
@Component(service = RpcThreads.class)
public final class RpcThreads implements AutoCloseable {

    private static final int IO_THREADS = 2;
    /** Services may block a thread each: as many calls as this are served at a time, the rest wait. */
    private static final int SERVER_THREADS = 64;

    private static final long IDLE_SECONDS = 10;
    private static final long GRACE_SECONDS = 5;

    private final EventLoopGroup io = new MultiThreadIoEventLoopGroup(
            IO_THREADS, new DefaultThreadFactory("skep-rpc-io", true), NioIoHandler.newFactory());
    private final ThreadPoolExecutor server = pool("skep-rpc-server", SERVER_THREADS);
    /** Apart from the server's, so that a service may wait for an answer from elsewhere. */
    private final ThreadPoolExecutor client = pool("skep-rpc-client", Integer.MAX_VALUE);

    /** Takes a thread that has nothing to do, or else a new one; only when there are too many, a task waits. */
    private static ThreadPoolExecutor pool(String name, int threads) {
        LinkedTransferQueue<Runnable> waiting = new LinkedTransferQueue<>() {
            @Override
            public boolean offer(Runnable task) {
                return tryTransfer(task);
            }
        };
        return new ThreadPoolExecutor(
                0,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                waiting,
                new DefaultThreadFactory(name, true),
                (task, pool) -> {
                    if (!pool.isShutdown()) {
                        waiting.put(task);
                    }
                });
    }

    @Deactivate
    @Override
    public void close() {
        server.shutdownNow();
        client.shutdownNow();
        io.shutdownGracefully(0, GRACE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Returns once sockets that have been closed are gone: their ports are free only when the threads that watched them
     * have looked again.
     */
    public void settle() {
        io.forEach(thread -> thread.schedule(() -> {}, 1, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS));
    }

    /** For sockets and timers. */
    public EventLoopGroup io() {
        return io;
    }

    /** For calls that are served here. */
    public Executor server() {
        return server;
    }

    /** For answers to calls made from here. */
    public Executor client() {
        return client;
    }
}
