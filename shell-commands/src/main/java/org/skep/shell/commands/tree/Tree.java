package org.skep.shell.commands.tree;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.skep.protocol.Meta;
import org.skep.protocol.Times;

/** A JSON object in the making. */
final class Tree {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    Tree put(String name, Object value) {
        fields.put(name, value);
        return this;
    }

    /** Leaves out what is empty: nothing, no text, zero, false, an empty list or object. */
    Tree some(String name, Object value) {
        boolean empty = value == null
                || value instanceof String text && text.isEmpty()
                || value instanceof Number number && number.doubleValue() == 0
                || Boolean.FALSE.equals(value)
                || value instanceof Collection<?> list && list.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
        return empty ? this : put(name, value);
    }

    /** Puts a value only where the message has it. */
    <T> Tree has(boolean present, String name, T message, Function<T, ?> value) {
        return present ? put(name, value.apply(message)) : this;
    }

    Map<String, Object> build() {
        return Collections.unmodifiableMap(fields);
    }

    static Tree object(String id, Meta meta) {
        return new Tree()
                .put("ID", id)
                .put(
                        "Version",
                        new Tree().put("Index", meta.getVersion().getIndex()).build())
                .put("CreatedAt", time(meta.getCreatedAt()))
                .put("UpdatedAt", time(meta.getUpdatedAt()));
    }

    static <T> List<Object> list(List<T> items, Function<T, ?> value) {
        return items.stream().<Object>map(value).toList();
    }

    static Map<String, String> sorted(Map<String, String> map) {
        return new TreeMap<>(map);
    }

    static String time(Timestamp timestamp) {
        return Times.instant(timestamp).toString();
    }

    static long nanos(Duration duration) {
        return Times.duration(duration).toNanos();
    }

    /** A constant as docker's API writes it: {@code stop-first}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
