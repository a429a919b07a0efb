package org.skep.rpc.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads and buffers of all connections, in and out. They end with it. */
@Component(service = RpcThreads.class)
public final class RpcThreads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RpcThreads.class);

    private static final int IO_THREADS = 2;

    /** Memory is taken in pieces of 256 KiB, not of megabytes: a node that says little holds little. */
    private static final int PAGE_BYTES = 8 << 10;

    private static final int PAGES_LOG = 5;

    /**
     * Kinds of calls that are served here. A service may block a thread for each call; as many are served at a time as
     * there are threads, the rest of the kind waits, and no other kind does.
     */
    public enum Work {
        /** Signs of life, which say nothing if they are late. */
        LIFE(4),
        /** What workers ask of managers. */
        NODES(32),
        /** Certificates, for which anyone may ask. */
        CERTIFICATES(8),
        /** What operators ask. */
        CONTROL(32);

        private final int threads;

        Work(int threads) {
            this.threads = threads;
        }
    }

    private static final long IDLE_SECONDS = 10;
    private static final long GRACE_SECONDS = 5;

    private final EventLoopGroup io = new MultiThreadIoEventLoopGroup(
            IO_THREADS, new DefaultThreadFactory("skep-rpc-io", true), NioIoHandler.newFactory());
    private final ByteBufAllocator buffers = new PooledByteBufAllocator(
            true,
            IO_THREADS,
            IO_THREADS,
            PAGE_BYTES,
            PAGES_LOG,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);
    private final Map<Work, ThreadPoolExecutor> server = new EnumMap<>(Work.class);
    /** Apart from the server's, so that a service may wait for an answer from elsewhere. */
    private final ThreadPoolExecutor client = pool("skep-rpc-client", Integer.MAX_VALUE);

    public RpcThreads() {
        for (Work work : Work.values()) {
            server.put(work, pool("skep-rpc-" + work.name().toLowerCase(Locale.ROOT), work.threads));
        }
    }

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
    public void close() throws InterruptedException {
        List<ThreadPoolExecutor> pools = new ArrayList<>(server.values());
        pools.add(client);
        pools.forEach(ThreadPoolExecutor::shutdownNow);
        io.shutdownGracefully(0, GRACE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        for (ThreadPoolExecutor pool : pools) {
            if (!pool.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOG.warn("Calls did not end within {} s", GRACE_SECONDS);
            }
        }
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

    /** For what comes and goes on sockets. */
    public ByteBufAllocator buffers() {
        return buffers;
    }

    /** For calls that are served here. */
    public Executor server(Work work) {
        return server.get(work);
    }

    /** For answers to calls made from here. */
    public Executor client() {
        return client;
    }
}
