package org.skep.raft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jgroups.util.DefaultSocketFactory;

/**
 * The sockets of consensus: all of them TLS, with a certificate on both sides.
 *
 * <p>JGroups takes connections one by one, and reads from each before it takes the next: a stranger who sends nothing
 * would keep everybody out. So it gets to see only those that have shown a manager's certificate.
 */
final class Gate extends DefaultSocketFactory {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    /** How long a connection may say nothing: managers that live speak many times a second. */
    private static final int IDLE_MILLIS = 5_000;

    private static final int HANDSHAKE_MILLIS = 3_000;
    /** Strangers at a time; the one that has been there longest has to go. */
    private static final int STRANGERS = 32;

    private static final int BACKLOG = 128;

    private final SSLContext context;
    private final InetSocketAddress listen;
    private final Refusals refusals = new Refusals();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Door door;

    /** Opens at once, so that it is said in time if it cannot. */
    Gate(SSLContext context, InetSocketAddress listen) throws IOException {
        this.context = context;
        this.listen = listen;
        door = new Door();
        try {
            door.open();
        } catch (IOException e) {
            door.close();
            throw e;
        }
    }

    @Override
    public Socket createSocket(String service) throws IOException {
        return track(prepared((SSLSocket) context.getSocketFactory().createSocket()));
    }

    @Override
    public ServerSocket createServerSocket(String service) {
        return door;
    }

    private Socket track(Socket socket) {
        open.removeIf(Socket::isClosed);
        open.add(socket);
        return socket;
    }

    private static SSLSocket prepared(SSLSocket socket) throws SocketException {
        socket.setEnabledProtocols(PROTOCOLS);
        socket.setSoTimeout(IDLE_MILLIS);
        // Without waiting for what the other side may never take.
        socket.setSoLinger(true, 0);
        return socket;
    }

    /** Ends every connection, even one in the midst of a write that nobody takes, and takes no more. */
    void shut() {
        try {
            door.close();
        } catch (IOException e) {
            refusals.ignored("the end", e);
        }
        for (Socket socket : open) {
            end(socket, "the end");
        }
        open.clear();
    }

    private void end(Socket socket, String when) {
        try {
            socket.close();
        } catch (IOException e) {
            refusals.ignored(when, e);
        }
    }

    /** Where connections arrive. */
    private final class Door extends ServerSocket {

        private final BlockingQueue<Socket> welcome = new ArrayBlockingQueue<>(STRANGERS);
        private final Deque<Socket> strangers = new ArrayDeque<>();
        private final ExecutorService handshakes =
                Executors.newCachedThreadPool(task -> daemon(task, "skep-raft-handshake"));
        private final ScheduledExecutorService deadlines =
                Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "skep-raft-deadlines"));
        private final Thread listener = daemon(this::listen, "skep-raft-listener");

        Door() throws IOException {
            super();
        }

        private static Thread daemon(Runnable task, String name) {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        }

        void open() throws IOException {
            setReuseAddress(true);
            super.bind(listen, BACKLOG);
            listener.start();
        }

        /** JGroups is late. */
        @Override
        public void bind(SocketAddress ignored, int backlog) {}

        private void listen() {
            while (!isClosed()) {
                try {
                    Socket socket = new Socket();
                    implAccept(socket);
                    receive(socket);
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    // No thread or no descriptor is left: it passes.
                    if (!isClosed()) {
                        refusals.failed(e);
                        pause();
                    }
                }
            }
        }

        private void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void receive(Socket socket) {
            Socket oldest = null;
            synchronized (strangers) {
                strangers.addLast(socket);
                if (strangers.size() > STRANGERS) {
                    oldest = strangers.removeFirst();
                }
            }
            if (oldest != null) {
                end(oldest, "too many strangers");
            }
            deadlines.schedule(() -> expire(socket), HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS);
            handshakes.execute(() -> greet(socket));
        }

        private void expire(Socket socket) {
            boolean stranger;
            synchronized (strangers) {
                stranger = strangers.remove(socket);
            }
            if (stranger) {
                refusals.refused(socket.getRemoteSocketAddress(), new IOException("it has not said who it is in time"));
                end(socket, "the deadline");
            }
        }

        private void greet(Socket socket) {
            SocketAddress from = socket.getRemoteSocketAddress();
            try {
                socket.setTcpNoDelay(true);
                SSLSocket secure =
                        prepared((SSLSocket) context.getSocketFactory().createSocket(socket, null, true));
                secure.setNeedClientAuth(true);
                secure.startHandshake();
                synchronized (strangers) {
                    if (!strangers.remove(socket)) {
                        throw new IOException("it took too long");
                    }
                }
                track(secure);
                if (!welcome.offer(secure) || isClosed()) {
                    secure.close();
                }
            } catch (IOException | RuntimeException e) {
                synchronized (strangers) {
                    strangers.remove(socket);
                }
                if (e instanceof SocketException) {
                    // It left by itself, or was told to.
                    refusals.ignored("its start", e);
                } else {
                    refusals.refused(from, e);
                }
                end(socket, "a refusal");
            }
        }

        /** The next connection of a manager. */
        @Override
        public Socket accept() throws IOException {
            try {
                while (!isClosed()) {
                    Socket next = welcome.poll(1, TimeUnit.SECONDS);
                    if (next != null) {
                        return next;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new SocketException("closed");
        }

        @Override
        public void close() throws IOException {
            super.close();
            deadlines.shutdownNow();
            handshakes.shutdownNow();
            synchronized (strangers) {
                strangers.forEach(socket -> end(socket, "the end"));
                strangers.clear();
            }
        }

        @Override
        public InetAddress getInetAddress() {
            return listen.getAddress();
        }
    }
}
