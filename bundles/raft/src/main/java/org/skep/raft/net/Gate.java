package org.skep.raft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
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

    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(3);
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

    /** Once it is shut. */
    void awaitEnd() {
        door.awaitEnd();
    }

    private void end(Socket socket, String when) {
        try {
            socket.close();
        } catch (IOException e) {
            refusals.ignored(when, e);
        }
    }

    /** One that has not shown who it is. */
    private record Stranger(Socket socket, long deadline) {}

    /** Where connections arrive. */
    private final class Door extends ServerSocket {

        private final BlockingQueue<Socket> welcome = new ArrayBlockingQueue<>(STRANGERS);
        private final Deque<Stranger> strangers = new ArrayDeque<>();
        private final ExecutorService handshakes = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "skep-raft-handshake"));
        private final ExecutorService listener =
                Executors.newSingleThreadExecutor(task -> daemon(task, "skep-raft-listener"));

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
            listener.execute(this::listen);
        }

        /** JGroups is late. */
        @Override
        public void bind(SocketAddress ignored, int backlog) {}

        private void listen() {
            while (!isClosed()) {
                try {
                    setSoTimeout(untilDeadline());
                    Socket socket = new Socket();
                    implAccept(socket);
                    receive(socket);
                } catch (SocketTimeoutException e) {
                    expire();
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    // No thread or no descriptor is left: it passes.
                    if (!isClosed()) {
                        refusals.failed(e);
                        pause();
                    }
                }
            }
        }

        /** In milliseconds, from now on; 0 if nobody has one. */
        private int untilDeadline() {
            synchronized (strangers) {
                return strangers.isEmpty()
                        ? 0
                        : (int) Math.max(
                                1,
                                TimeUnit.NANOSECONDS.toMillis(
                                        strangers.peekFirst().deadline() - System.nanoTime()));
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
            Stranger oldest = null;
            Stranger stranger = new Stranger(socket, System.nanoTime() + HANDSHAKE_NANOS);
            synchronized (strangers) {
                strangers.addLast(stranger);
                if (strangers.size() > STRANGERS) {
                    oldest = strangers.removeFirst();
                }
            }
            if (oldest != null) {
                end(oldest.socket(), "too many strangers");
            }
            expire();
            handshakes.execute(() -> greet(stranger));
        }

        private void expire() {
            List<Stranger> late = new ArrayList<>();
            synchronized (strangers) {
                while (!strangers.isEmpty() && strangers.peekFirst().deadline() - System.nanoTime() <= 0) {
                    late.add(strangers.removeFirst());
                }
            }
            for (Stranger stranger : late) {
                refusals.refused(
                        stranger.socket().getRemoteSocketAddress(),
                        new IOException("it has not said who it is in time"));
                end(stranger.socket(), "the deadline");
            }
        }

        private void greet(Stranger stranger) {
            Socket socket = stranger.socket();
            SocketAddress from = socket.getRemoteSocketAddress();
            try {
                socket.setTcpNoDelay(true);
                SSLSocket secure =
                        prepared((SSLSocket) context.getSocketFactory().createSocket(socket, null, true));
                secure.setNeedClientAuth(true);
                secure.startHandshake();
                synchronized (strangers) {
                    if (!strangers.remove(stranger)) {
                        throw new IOException("it took too long");
                    }
                }
                track(secure);
                if (!welcome.offer(secure) || isClosed()) {
                    secure.close();
                }
            } catch (IOException | RuntimeException e) {
                synchronized (strangers) {
                    strangers.remove(stranger);
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

        /** The next connection of a manager; JGroups interrupts the thread that waits for it when it stops. */
        @Override
        public Socket accept() throws IOException {
            try {
                return welcome.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SocketException("closed");
            }
        }

        @Override
        public void close() throws IOException {
            super.close();
            listener.shutdownNow();
            handshakes.shutdownNow();
            synchronized (strangers) {
                strangers.forEach(stranger -> end(stranger.socket(), "the end"));
                strangers.clear();
            }
        }

        void awaitEnd() {
            Ending.await(listener);
            Ending.await(handshakes);
        }

        @Override
        public InetAddress getInetAddress() {
            return listen.getAddress();
        }
    }
}
