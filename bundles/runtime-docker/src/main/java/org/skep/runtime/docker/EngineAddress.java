package org.skep.runtime.docker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.api.SkepException;
import org.skep.api.runtime.RuntimeDriver;

/** Where the engine listens. */
record EngineAddress(URI uri) {

    private static final String LOCAL = "unix:///var/run/docker.sock";
    private static final int TCP_PORT = 2375;
    private static final int CONNECT_MILLIS = 2000;

    static EngineAddress local() {
        return of(LOCAL);
    }

    /** @param text as {@code DOCKER_HOST} has it */
    static EngineAddress of(String text) {
        try {
            URI uri = new URI(text);
            if ("unix".equals(uri.getScheme())
                    && uri.getPath() != null
                    && uri.getPath().startsWith("/")) {
                return new EngineAddress(uri);
            }
            if ("tcp".equals(uri.getScheme()) && uri.getHost() != null) {
                int port = uri.getPort() < 0 ? TCP_PORT : uri.getPort();
                return new EngineAddress(new URI("tcp", null, uri.getHost(), port, uri.getPath(), null, null));
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw SkepException.user(
                "DOCKER_HOST_INVALID",
                "\"" + text + "\" is not the address of a Docker Engine",
                "unix:///PATH or tcp://HOST:PORT");
    }

    boolean isLocal() {
        return uri.getScheme().equals("unix");
    }

    /** Connects, and lets go. Costs next to nothing, and says more clearly than a failed request what is wrong. */
    void probe() {
        try {
            connect().close();
        } catch (IOException e) {
            throw unavailable(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
        }
    }

    SocketChannel connect() throws IOException {
        if (isLocal()) {
            Path socket = Path.of(uri.getPath());
            if (!Files.exists(socket)) {
                throw new IOException("there is no such socket");
            }
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(new InetSocketAddress(uri.getHost(), uri.getPort()), CONNECT_MILLIS);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    SkepException unavailable(String why, Throwable cause) {
        return SkepException.external(
                RuntimeDriver.UNAVAILABLE,
                "the Docker Engine at " + uri + " does not answer: " + why,
                "start it, or name another with --docker-host",
                cause);
    }
}
