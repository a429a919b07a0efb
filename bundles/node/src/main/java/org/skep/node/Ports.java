package org.skep.node;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.node.Endpoint;

/** The ports that a manager listens on. */
interface Ports {

    /** @throws SkepException {@code PORT_IN_USE} that names the first one that is taken */
    void check(Endpoint listen);

    /** Tries them. */
    static void probe(Endpoint listen) {
        for (Endpoint endpoint : List.of(listen, listen.raft())) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(endpoint.host(), endpoint.port()));
            } catch (BindException e) {
                throw taken(endpoint, e);
            } catch (IOException e) {
                throw refused(endpoint, e);
            }
        }
    }

    private static SkepException taken(Endpoint endpoint, BindException e) {
        boolean used = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("in use");
        if (!used) {
            return refused(endpoint, e);
        }
        return SkepException.resource(
                "PORT_IN_USE",
                "port " + endpoint.port() + " is in use on this host",
                "stop what uses it, or choose another with --listen-addr ADDRESS:PORT; the port after it is needed, too",
                e);
    }

    private static SkepException refused(Endpoint endpoint, IOException e) {
        return SkepException.resource(
                "PORT_UNUSABLE", "cannot listen on " + endpoint + ": " + IoReasons.of(e), "choose another port", e);
    }
}
