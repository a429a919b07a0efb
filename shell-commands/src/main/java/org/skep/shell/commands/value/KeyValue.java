package org.skep.shell.commands.value;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code KEY=VALUE}, as labels and driver options have it. A bare key has an empty value. */
public record KeyValue(String key, String value) {

    public static KeyValue parse(String text) {
        int equals = text.indexOf('=');
        String key = equals < 0 ? text : text.substring(0, equals);
        if (key.isBlank()) {
            throw Values.bad(text, "KEY=VALUE", "the key is missing");
        }
        if (key.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw Values.bad(text, "KEY=VALUE", "the key has white space or control characters");
        }
        return new KeyValue(key, equals < 0 ? "" : text.substring(equals + 1));
    }

    /** The last of equal keys wins. */
    public static Map<String, String> map(List<KeyValue> pairs) {
        Map<String, String> map = new TreeMap<>();
        pairs.forEach(pair -> map.put(pair.key, pair.value));
        return map;
    }
}
