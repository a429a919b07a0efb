package org.skep.runtime.process;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skep.api.SkepException;
import org.skep.api.runtime.PublishedPort;

/**
 * Ports of this host in the hands of tasks. A task binds its port some time after it was told which, so a port that was
 * given away counts as taken from that moment on.
 */
final class Ports {

    private static final int ATTEMPTS = 100;

    private final Map<String, String> owners = new HashMap<>();

    /** Chooses ports where none was asked for, and checks that those asked for are free. */
    synchronized List<PublishedPort> claim(String taskId, List<PublishedPort> wanted) {
        List<PublishedPort> claimed = new ArrayList<>();
        try {
            for (PublishedPort port : wanted) {
                PublishedPort chosen = port.published() == 0 ? choose(port) : check(port);
                owners.put(key(chosen), taskId);
                claimed.add(chosen);
            }
        } catch (SkepException e) {
            release(taskId);
            throw e;
        }
        return claimed;
    }

    /** The ports of a task that an earlier life of the daemon started. */
    synchronized void adopt(String taskId, List<PublishedPort> ports) {
        ports.forEach(port -> owners.put(key(port), taskId));
    }

    synchronized void release(String taskId) {
        owners.values().removeIf(taskId::equals);
    }

    private PublishedPort check(PublishedPort port) {
        if (owners.containsKey(key(port)) || !free(port)) {
            throw SkepException.resource(
                    "PORT_IN_USE",
                    "port " + key(port) + " is already in use on this host",
                    "publish another one",
                    null);
        }
        return port;
    }

    private PublishedPort choose(PublishedPort port) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            PublishedPort candidate = new PublishedPort(port.protocol(), port.target(), bind(port.protocol(), 0));
            if (candidate.published() > 0 && !owners.containsKey(key(candidate))) {
                return candidate;
            }
        }
        throw SkepException.resource("NO_FREE_PORT", "there is no free port on this host", "", null);
    }

    private static boolean free(PublishedPort port) {
        return bind(port.protocol(), port.published()) > 0;
    }

    /** @return the port that could be bound, or -1 */
    private static int bind(PublishedPort.Protocol protocol, int port) {
        if (protocol == PublishedPort.Protocol.UDP) {
            try (DatagramSocket socket = new DatagramSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                return -1;
            }
        }
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return -1;
        }
    }

    private static String key(PublishedPort port) {
        return port.published() + "/" + port.protocol().name().toLowerCase(Locale.ROOT);
    }

    /** One line per port. */
    static String format(List<PublishedPort> ports) {
        StringBuilder text = new StringBuilder();
        ports.forEach(port -> text.append(port.protocol())
                .append(' ')
                .append(port.target())
                .append(' ')
                .append(port.published())
                .append('\n'));
        return text.toString();
    }

    static List<PublishedPort> parse(String text) {
        return text.lines()
                .map(line -> line.split(" "))
                .map(words -> new PublishedPort(
                        PublishedPort.Protocol.valueOf(words[0]),
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2])))
                .toList();
    }
}
