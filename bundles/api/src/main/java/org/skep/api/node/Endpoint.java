package org.skep.api.node;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.api.SkepException;

/**
 * A host and a port.
 *
 * @param host a name or an address, without brackets
 */
public record Endpoint(String host, int port) {

    /** Where managers listen unless told otherwise. */
    public static final int MANAGER_PORT = 2377;

    private static final Pattern FORM =
            Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+))(?::(\\d{1,5}))?|([^\\[\\]]*:[^\\[\\]]*:[^\\[\\]]*)");
    private static final int HIGHEST_PORT = 65_535;

    public Endpoint {
        if (host.isEmpty() || port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException(host + ":" + port);
        }
    }

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code IPV6}.
     *
     * @param defaultPort where the text has none
     * @throws SkepException {@code INVALID_ADDRESS} that quotes the text
     */
    public static Endpoint parse(String text, int defaultPort) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw invalid(text);
        }
        String host = form.group(1) != null ? form.group(1) : form.group(2) != null ? form.group(2) : form.group(4);
        int port = form.group(3) == null ? defaultPort : Integer.parseInt(form.group(3));
        if (port < 1 || port > HIGHEST_PORT) {
            throw invalid(text);
        }
        return new Endpoint(host, port);
    }

    private static SkepException invalid(String text) {
        return SkepException.user(
                "INVALID_ADDRESS", "invalid address '" + text + "'", "HOST or HOST:PORT, with a port from 1 to 65535");
    }

    /** The endpoint of consensus that belongs to this endpoint of a manager. */
    public Endpoint raft() {
        return new Endpoint(host, port + 1);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
