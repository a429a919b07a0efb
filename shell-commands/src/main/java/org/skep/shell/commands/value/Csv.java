package org.skep.shell.commands.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One line of comma-separated {@code key=value} fields; a field with commas is quoted as CSV has it. */
final class Csv {

    /** A field; without an equals sign there is no value. */
    record Field(String key, Optional<String> value) {

        /** The value of a field that needs one. */
        String required(String line) {
            return value.filter(v -> !v.isEmpty())
                    .orElseThrow(() -> Values.refused("'" + Values.shown(line) + "': " + key + " needs a value"));
        }

        /** A bare key means true. */
        boolean flag(String line) {
            return switch (value.orElse("true")) {
                case "true", "1" -> true;
                case "false", "0" -> false;
                default ->
                    throw Values.refused("'" + Values.shown(line) + "': " + key + " is true or false, not '"
                            + Values.shown(value.orElse("")) + "'");
            };
        }
    }

    private Csv() {}

    static List<Field> fields(String line) {
        List<Field> fields = new ArrayList<>();
        for (String field : split(line)) {
            int equals = field.indexOf('=');
            fields.add(
                    equals < 0
                            ? new Field(field.trim(), Optional.empty())
                            : new Field(field.substring(0, equals).trim(), Optional.of(field.substring(equals + 1))));
        }
        return fields;
    }

    private static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"' && (quoted || field.isEmpty())) {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw Values.refused("'" + Values.shown(line) + "': a quote is not closed");
        }
        fields.add(field.toString());
        return fields;
    }
}
