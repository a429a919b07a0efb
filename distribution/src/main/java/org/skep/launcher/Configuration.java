package org.skep.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeConfig.LogLevel;
import org.skep.api.node.NodeConfig.RuntimeChoice;

/** Turns settings into the one typed configuration; every value is checked here, and nowhere else. */
final class Configuration {

    private static final String SSH_ADDR = "127.0.0.1:8022";
    private static final String HOSTNAME = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?";

    private final Map<Key, Setting> single = new EnumMap<>(Key.class);
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final GenericResources resources = new GenericResources();

    private Configuration(List<Setting> settings) {
        for (Setting setting : settings) {
            if (setting.key() == Key.LABEL) {
                label(setting);
            } else if (setting.key() == Key.GENERIC_RESOURCE) {
                resources.add(setting);
            } else {
                single.put(setting.key(), setting);
            }
        }
    }

    /**
     * Checks settings and adds the defaults.
     *
     * @param settings a later one wins over an earlier one
     */
    static NodeConfig of(String version, List<Setting> settings) {
        Configuration given = new Configuration(settings);
        return new NodeConfig(
                version,
                given.get(Key.STATE_DIR, Configuration::path).orElseGet(Configuration::defaultStateDir),
                given.get(Key.HOSTNAME, Configuration::hostname).orElseGet(Configuration::thisHost),
                given.get(Key.SSH_ADDR, Configuration::address)
                        .orElseGet(() -> address(Setting.flag(Key.SSH_ADDR, SSH_ADDR))),
                given.get(Key.RUNTIME, setting -> oneOf(RuntimeChoice.class, setting))
                        .orElse(RuntimeChoice.AUTO),
                given.get(Key.DOCKER_HOST, Configuration::dockerHost),
                given.labels,
                given.get(Key.LOG_LEVEL, setting -> oneOf(LogLevel.class, setting))
                        .orElse(LogLevel.INFO),
                given.resources.all());
    }

    private <T> Optional<T> get(Key key, Function<Setting, T> parse) {
        return Optional.ofNullable(single.get(key)).map(setting -> {
            if (setting.value().isEmpty()) {
                throw setting.bad("is empty");
            }
            return parse.apply(setting);
        });
    }

    private void label(Setting setting) {
        int equals = setting.value().indexOf('=');
        String name = equals < 0 ? "" : setting.value().substring(0, equals);
        if (name.isBlank() || !name.equals(name.strip())) {
            throw setting.bad("is not of the form key=value");
        }
        labels.put(name, setting.value().substring(equals + 1));
    }

    private static Path path(Setting setting) {
        try {
            return Path.of(setting.value()).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw setting.bad("is not a path");
        }
    }

    private static String hostname(Setting setting) {
        if (!setting.value().matches(HOSTNAME)) {
            throw setting.bad("is not a host name (letters, digits, '.', '-' and '_')");
        }
        return setting.value();
    }

    private static InetSocketAddress address(Setting setting) {
        String text = setting.value();
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (colon < 0 || (host.contains(":") && !bracketed)) {
            throw setting.bad("is not of the form HOST:PORT");
        }
        int port = port(setting, text.substring(colon + 1));
        if (host.isEmpty()) {
            return new InetSocketAddress(port);
        }
        InetSocketAddress address =
                new InetSocketAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
        if (address.isUnresolved()) {
            throw setting.bad("names an unknown host");
        }
        return address;
    }

    private static int port(Setting setting, String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
            throw setting.bad("has no port between 0 and 65535");
        }
        return Integer.parseInt(text);
    }

    private static String dockerHost(Setting setting) {
        try {
            URI uri = new URI(setting.value());
            boolean unix = "unix".equals(uri.getScheme())
                    && uri.getHost() == null
                    && uri.getPath() != null
                    && uri.getPath().startsWith("/");
            boolean tcp = "tcp".equals(uri.getScheme()) && uri.getHost() != null;
            if (unix || tcp) {
                return setting.value();
            }
        } catch (URISyntaxException e) {
            // the same line as for any other wrong form
        }
        throw setting.bad("is not of the form unix:///PATH or tcp://HOST:PORT");
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, Setting setting) {
        List<String> words = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        int index = words.indexOf(setting.value().toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw setting.bad("is not one of " + words.stream().collect(Collectors.joining(", ")));
        }
        return type.getEnumConstants()[index];
    }

    private static Path defaultStateDir() {
        return "root".equals(System.getProperty("user.name"))
                ? Path.of("/var/lib/skep")
                : Path.of(System.getProperty("user.home"), ".local", "state", "skep");
    }

    private static String thisHost() {
        try {
            // the kernel's own answer: a resolver may take seconds
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }
}
