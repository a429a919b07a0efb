package org.skep.rpc.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.skep.api.node.Endpoint;

/** A way to an endpoint that can be made to swallow everything, as a host without power does. */
final class FrozenPath implements AutoCloseable {

    private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean frozen;

    FrozenPath(Endpoint target) throws IOException {
        start(() -> {
            while (!entrance.isClosed()) {
                Socket in = entrance.accept();
                Socket out = new Socket(target.host(), target.port());
                sockets.add(in);
                sockets.add(out);
                start(() -> copy(in.getInputStream(), out.getOutputStream()));
                start(() -> copy(out.getInputStream(), in.getOutputStream()));
            }
        });
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", entrance.getLocalPort());
    }

    void freeze() {
        frozen = true;
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // An end was closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            if (!frozen) {
                to.write(buffer, 0, count);
            }
        }
    }
}
