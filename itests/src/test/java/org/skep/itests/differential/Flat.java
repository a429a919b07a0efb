package org.skep.itests.differential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** JSON as lines: {@code path = value}. */
final class Flat {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> lines = new ArrayList<>();

    private Flat() {}

    static List<String> lines(String json) {
        try {
            Flat flat = new Flat();
            flat.add("", JSON.readTree(json));
            return flat.lines;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private void add(String path, JsonNode node) {
        if (node.isObject()) {
            node.properties().forEach(field -> add(path + "." + field.getKey(), field.getValue()));
        } else if (node.isArray()) {
            node.forEach(element -> add(path + "[]", element));
        }
        if (node.isValueNode() || node.isEmpty()) {
            lines.add(path + " = " + (path.endsWith("Version.Index") ? "N" : node));
        }
    }
}
