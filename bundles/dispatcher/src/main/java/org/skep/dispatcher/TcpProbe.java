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
import org.skep.api.node.Endpoint;

/**
 * Knocks at a port. A host whose daemon is gone refuses at once, which is an answer, too; only one that is off, or cut off,
 * gives none.
 */
final class TcpProbe implements HostProbe, AutoCloseable {

    /** Enough for a second knock, should the first one get lost. */
    private static final int PATIENCE_MILLIS = 1_500;

    private final Set<Socket> knocking = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @Override
    public CompletionStage<Boolean> answers(Endpoint endpoint) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> answer.complete(knock(endpoint)), "skep-host-probe");
        thread.setDaemon(true);
        thread.start();
        return answer;
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
        knocking.forEach(TcpProbe::hangUp);
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, however it ended.
        }
    }
}
