package org.skep.shell.commands.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.protocol.PortConfig;

/**
 * Published ports: {@code mode=host,published=8080,target=80[,protocol=tcp]}. The short form
 * {@code [PUBLISHED:]TARGET[/PROTOCOL]} means the routing mesh, as in docker.
 */
public final class Ports {

    private static final Pattern SHORT =
            Pattern.compile("(?:(\\d{1,6}(?:-\\d{1,6})?):)?(\\d{1,6}(?:-\\d{1,6})?)(?:/(\\w+))?");
    private static final int HIGHEST = 65535;
    private static final String FORM = "use mode=host,published=8080,target=80";

    private Ports() {}

    /** The ports that {@code --publish} asks for: several if it gives a range. */
    public static List<PortConfig> parse(String text) {
        List<PortConfig> ports = text.contains("=") ? List.of(longForm(text)) : shortForm(text);
        for (PortConfig port : ports) {
            if (port.getPublishMode() == PortConfig.PublishMode.INGRESS) {
                throw Values.refused("'" + Values.shown(text)
                        + "' publishes through the routing mesh, which isn't supported yet: use mode=host,"
                        + (port.getPublishedPort() == 0 ? "" : "published=" + port.getPublishedPort() + ",")
                        + "target=" + port.getTargetPort()
                        + (port.getProtocol() == PortConfig.Protocol.TCP
                                ? ""
                                : ",protocol=" + print(port.getProtocol())));
            }
        }
        return ports;
    }

    /** What {@code --publish-rm} removes: a target port, or any form of {@code --publish}. */
    public static List<PortConfig> parseTarget(String text) {
        return text.contains("=") ? List.of(longForm(text)) : shortForm(text);
    }

    public static String print(PortConfig.Protocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }

    /** In the short form; in the long one where the host's port is published. */
    public static String print(PortConfig port) {
        if (port.getPublishMode() == PortConfig.PublishMode.HOST) {
            return "mode=host," + (port.getPublishedPort() == 0 ? "" : "published=" + port.getPublishedPort() + ",")
                    + "target=" + port.getTargetPort()
                    + (port.getProtocol() == PortConfig.Protocol.TCP ? "" : ",protocol=" + print(port.getProtocol()));
        }
        return (port.getPublishedPort() == 0 ? "" : port.getPublishedPort() + ":") + port.getTargetPort() + "/"
                + print(port.getProtocol());
    }

    private static List<PortConfig> shortForm(String text) {
        if (text.indexOf(':') != text.lastIndexOf(':')) {
            throw Values.bad(text, "a port", "a host address cannot be given: " + FORM);
        }
        Matcher port = SHORT.matcher(text);
        if (!port.matches()) {
            throw Values.bad(text, "a port", FORM);
        }
        Range target = Range.of(port.group(2), text);
        Range published = port.group(1) == null ? null : Range.of(port.group(1), text);
        if (published != null && published.size() != target.size()) {
            throw Values.bad(text, "a port", "both ranges must have the same length");
        }
        PortConfig.Protocol protocol = protocol(port.group(3) == null ? "tcp" : port.group(3), text);
        List<PortConfig> ports = new ArrayList<>();
        for (int i = 0; i < target.size(); i++) {
            ports.add(PortConfig.newBuilder()
                    .setProtocol(protocol)
                    .setTargetPort(target.first + i)
                    .setPublishedPort(published == null ? 0 : published.first + i)
                    .build());
        }
        return ports;
    }

    private static PortConfig longForm(String text) {
        PortConfig.Builder port = PortConfig.newBuilder();
        for (Csv.Field field : Csv.fields(text)) {
            String value = field.required(text);
            switch (field.key()) {
                case "target" -> port.setTargetPort(number(value, text));
                case "published" -> port.setPublishedPort(value.equals("0") ? 0 : number(value, text));
                case "protocol" -> port.setProtocol(protocol(value, text));
                case "mode" -> port.setPublishMode(mode(value, text));
                default ->
                    throw Values.bad(
                            text,
                            "a port",
                            "'" + Values.shown(field.key()) + "' is not target, published, protocol or mode");
            }
        }
        if (port.getTargetPort() == 0) {
            throw Values.bad(text, "a port", "target is missing: " + FORM);
        }
        return port.build();
    }

    private static PortConfig.PublishMode mode(String value, String text) {
        return switch (value) {
            case "host" -> PortConfig.PublishMode.HOST;
            case "ingress" -> PortConfig.PublishMode.INGRESS;
            default -> throw Values.bad(text, "a port", "mode is host or ingress, not '" + Values.shown(value) + "'");
        };
    }

    private static PortConfig.Protocol protocol(String value, String text) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "tcp" -> PortConfig.Protocol.TCP;
            case "udp" -> PortConfig.Protocol.UDP;
            case "sctp" -> PortConfig.Protocol.SCTP;
            default ->
                throw Values.bad(text, "a port", "protocol is tcp, udp or sctp, not '" + Values.shown(value) + "'");
        };
    }

    private static int number(String value, String text) {
        if (!value.matches("\\d{1,6}")) {
            throw Values.bad(text, "a port", "'" + Values.shown(value) + "' is not a number from 1 to " + HIGHEST);
        }
        int number = Integer.parseInt(value);
        if (number < 1 || number > HIGHEST) {
            throw Values.bad(text, "a port", number + " is not within 1 to " + HIGHEST);
        }
        return number;
    }

    private record Range(int first, int last) {

        static Range of(String range, String text) {
            int dash = range.indexOf('-');
            int first = number(dash < 0 ? range : range.substring(0, dash), text);
            int last = dash < 0 ? first : number(range.substring(dash + 1), text);
            if (last < first) {
                throw Values.bad(text, "a port", range + " runs backwards");
            }
            return new Range(first, last);
        }

        int size() {
            return last - first + 1;
        }
    }
}
