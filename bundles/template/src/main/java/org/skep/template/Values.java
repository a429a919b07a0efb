package org.skep.template;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How Go sees the values of a template. */
final class Values {

    private Values() {}

    static boolean truth(Object value) {
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof Collection<?> collection) {
            return !collection.isEmpty();
        }
        return value instanceof Map<?, ?> map
                ? !map.isEmpty()
                : !value.toString().isEmpty();
    }

    static String text(Object value) {
        if (value == null) {
            return "<no value>";
        }
        if (value instanceof Map<?, ?> map) {
            return sorted(map).entrySet().stream()
                    .map(entry -> entry.getKey() + ":" + text(entry.getValue()))
                    .collect(Collectors.joining(" ", "map[", "]"));
        }
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(Values::text).collect(Collectors.joining(" ", "[", "]"));
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString(number.longValue());
        }
        return value.toString();
    }

    static Map<Object, Object> entries(Object value) {
        Map<Object, Object> entries = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            entries.putAll(sorted(map));
        } else if (value instanceof Collection<?> collection) {
            long index = 0;
            for (Object element : collection) {
                entries.put(index++, element);
            }
        } else if (value != null) {
            throw TemplateLexer.wrong("'range' needs a list or a map");
        }
        return entries;
    }

    static List<String> names(Map<?, ?> map) {
        return map.keySet().stream().map(Object::toString).sorted().toList();
    }

    private static Map<String, Object> sorted(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(key.toString(), value));
        return sorted;
    }

    static Object number(String token) {
        try {
            return token.contains(".") ? (Object) Double.valueOf(token) : Long.valueOf(token);
        } catch (NumberFormatException e) {
            throw TemplateLexer.wrong("the number " + token + " is too large");
        }
    }

    static String unquote(String token) {
        String body = token.substring(1, token.length() - 1);
        if (token.charAt(0) == '`') {
            return body;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '\\' && i + 1 < body.length()) {
                char escaped = body.charAt(++i);
                text.append(
                        switch (escaped) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> escaped;
                        });
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
