package org.skep.dispatcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.skep.api.node.Endpoint;

/**
 * Knocks at a port. A host whose daemon is gone refuses at once, which is an answer, too; only one that is off, or cut off,
 * gives none.
 */
final class TcpProbe implements HostProbe, AutoCloseable {

    /** Enough for a second knock, should the first one get lost. */
    private static final int PATIENCE_MILLIS = 1_500;

    /** Names that are not known take their time, too. */
    private static final long CLOSE_SECONDS = 5;

    private final Set<Socket> knocking = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "skep-host-probe");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    @Override
    public CompletionStage<Boolean> answers(Endpoint endpoint) {
        try {
            return CompletableFuture.supplyAsync(() -> knock(endpoint), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedStage(true);
        }
    }

    private boolean knock(Endpoint endpoint) {
        try (Socket socket = new Socket()) {
            knocking.add(socket);
            if (closed) {
                return true;
            }
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), PATIENCE_MILLIS);
            return true;
        } catch (SocketTimeoutException | NoRouteToHostException e) {
            return false;
        } catch (IOException e) {
            return true;
        } finally {
            knocking.removeIf(Socket::isClosed);
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdown();
        knocking.forEach(TcpProbe::hangUp);
        try {
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, however it ended.
        }
    }
}
