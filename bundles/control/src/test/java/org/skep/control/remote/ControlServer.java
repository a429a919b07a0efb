package org.skep.control.remote;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.skep.control.Control;

/** Serves a Control API in memory, as a manager serves it to others. */
public final class ControlServer implements AutoCloseable {

    private final String name = UUID.randomUUID().toString();
    private final ControlService service;
    private final Server server;
    private final ManagedChannel channel;

    public ControlServer(Control control) {
        service = new ControlService(control);
        try {
            server = InProcessServerBuilder.forName(name)
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).disableRetry().build();
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** Calls under way get no answer, and later ones do not arrive. */
    public void die() {
        server.shutdownNow();
    }

    /** As when the manager is demoted. */
    void retire() {
        closeService();
    }

    @Override
    public void close() {
        closeService();
        channel.shutdownNow();
        server.shutdownNow();
    }

    private void closeService() {
        try {
            service.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
