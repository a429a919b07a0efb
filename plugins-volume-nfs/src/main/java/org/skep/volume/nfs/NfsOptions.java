package org.skep.volume.nfs;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.skep.api.SkepException;

/**
 * Where an NFS volume is, and how to mount it.
 *
 * @param server a name or an address
 * @param path as the server exports it
 * @param mountOptions what {@code mount -o} gets
 */
record NfsOptions(String server, String path, List<String> mountOptions) {

    private static final String SERVER = "server";
    private static final String PATH = "path";
    private static final String VERSION = "version";
    private static final String OPTIONS = "options";
    private static final Set<String> KNOWN = Set.of(SERVER, PATH, VERSION, OPTIONS);
    private static final Set<String> VERSIONS = Set.of("3", "4", "4.0", "4.1", "4.2");

    private static final Pattern LABELS = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
            + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern OPTION = Pattern.compile("[a-z_]+(=[A-Za-z0-9_.:/-]+)?");
    private static final Pattern VERSION_OPTION = Pattern.compile("(nfs)?vers(=.*)?|v[34](\\.\\d)?");

    /** @throws SkepException naming what is missing or wrong */
    static NfsOptions of(Map<String, String> options) {
        for (String key : new TreeSet<>(options.keySet())) {
            if (!KNOWN.contains(key)) {
                throw SkepException.user(
                        "VOLUME_OPTION_UNKNOWN",
                        "volume driver nfs has no option '" + key + "'",
                        "it takes server, path, version and options");
            }
        }
        return new NfsOptions(server(required(options, SERVER)), path(required(options, PATH)), mountOptions(options));
    }

    /** As {@code mount} wants it. */
    String source() {
        return (server.contains(":") ? "[" + server + "]" : server) + ":" + path;
    }

    private static String required(Map<String, String> options, String key) {
        String value = options.getOrDefault(key, "");
        if (value.isBlank()) {
            throw SkepException.user(
                    "VOLUME_OPTION_MISSING",
                    "volume driver nfs needs the option '" + key + "'",
                    "-o server=HOST -o path=/EXPORT");
        }
        return value;
    }

    private static String server(String value) {
        boolean good;
        if (value.contains(":")) {
            good = ipv6(value);
        } else if (NUMBERS.matcher(value).matches()) {
            good = IPV4.matcher(value).matches();
        } else {
            good = LABELS.matcher(value).matches();
        }
        if (!good) {
            throw invalid(SERVER, value, "a host name or an IP address");
        }
        return value;
    }

    /** With a colon in it nothing is looked up: it is an address or it is wrong. */
    private static boolean ipv6(String value) {
        try {
            return !value.startsWith("[") && InetAddress.getByName(value).getAddress().length == 16;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String path(String value) {
        boolean odd = value.chars().anyMatch(c -> Character.isISOControl(c));
        if (!value.startsWith("/") || odd || List.of(value.split("/")).contains("..")) {
            throw invalid(PATH, value, "an absolute path on the server, such as /export/data");
        }
        return value;
    }

    private static List<String> mountOptions(Map<String, String> options) {
        List<String> mountOptions = new ArrayList<>();
        String version = options.getOrDefault(VERSION, "");
        if (!version.isEmpty()) {
            if (!VERSIONS.contains(version)) {
                throw invalid(VERSION, version, "3, 4, 4.0, 4.1 or 4.2");
            }
            mountOptions.add("vers=" + version);
        }
        String more = options.getOrDefault(OPTIONS, "");
        if (!more.isEmpty()) {
            for (String option : more.split(",", -1)) {
                if (!OPTION.matcher(option).matches()) {
                    throw invalid(OPTIONS, more, "options of mount.nfs with commas between, such as soft,timeo=50");
                }
                if (!version.isEmpty() && VERSION_OPTION.matcher(option).matches()) {
                    throw invalid(OPTIONS, more, "the version is given twice");
                }
                mountOptions.add(option);
            }
        }
        if (mountOptions.stream().noneMatch(option -> option.startsWith("retry="))) {
            // A task that cannot get its volume says so at once, and is tried again by the swarm.
            mountOptions.add("retry=0");
        }
        return List.copyOf(mountOptions);
    }

    private static SkepException invalid(String key, String value, String right) {
        return SkepException.user(
                "VOLUME_OPTION_INVALID",
                "invalid " + key + " '" + value.replaceAll("\\p{Cntrl}", "?") + "' for volume driver nfs",
                right);
    }
}
