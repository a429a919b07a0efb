package org.skep.shell.commands.value;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A name that a container finds in its hosts file: {@code NAME:ADDRESS} or {@code NAME=ADDRESS}.
 *
 * @param address empty in what removes a name whatever its address
 */
public record HostEntry(String name, String address) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*|host-gateway");

    public static HostEntry parse(String text) {
        HostEntry entry = parseName(text);
        if (!ADDRESS.matcher(entry.address).matches()) {
            throw Values.bad(text, "a host", "use NAME:ADDRESS, such as db:10.0.0.5");
        }
        return entry;
    }

    /** What removes an entry: {@code NAME}, with its address if only that one goes. */
    public static HostEntry parseName(String text) {
        int colon = text.indexOf(':');
        int equals = text.indexOf('=');
        int separator = equals >= 0 && (colon < 0 || equals < colon) ? equals : colon;
        String name = separator < 0 ? text : text.substring(0, separator);
        if (!NAME.matcher(name).matches()) {
            throw Values.bad(text, "a host", "use NAME:ADDRESS, such as db:10.0.0.5");
        }
        String address = separator < 0 ? "" : text.substring(separator + 1);
        boolean bracketed = address.startsWith("[") && address.endsWith("]");
        return new HostEntry(name, bracketed ? address.substring(1, address.length() - 1) : address);
    }

    /** As specifications have it, and hosts files. */
    public String line() {
        return address + " " + name;
    }

    /** The lines without the names that are to go; a line without a name is none. */
    public static List<String> without(List<String> lines, List<HostEntry> removed) {
        List<String> kept = new ArrayList<>();
        for (String line : lines) {
            List<String> words = new ArrayList<>(List.of(line.strip().split("\\s+")));
            String address = words.remove(0);
            words.removeIf(name -> removed.stream().anyMatch(entry -> entry.removes(address, name)));
            if (!words.isEmpty()) {
                kept.add(address + " " + String.join(" ", words));
            }
        }
        return kept;
    }

    private boolean removes(String presentAddress, String presentName) {
        return name.equals(presentName) && (address.isEmpty() || address.equals(presentAddress));
    }
}
