package org.skep.shell.commands.listing;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labels in one line. */
public final class Labels {

    private Labels() {}

    public static String print(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
    }
}
