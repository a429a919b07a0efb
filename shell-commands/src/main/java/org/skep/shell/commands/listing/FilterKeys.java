package org.skep.shell.commands.listing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.skep.shell.commands.value.Values;

/** The keys that a listing can be filtered by. */
public final class FilterKeys<T> {

    private record Key<T>(List<String> values, boolean all, BiPredicate<T, String> matches) {}

    private final Map<String, Key<T>> keys = new LinkedHashMap<>();

    /** A key with any value. */
    public FilterKeys<T> key(String name, BiPredicate<T, String> matches) {
        keys.put(name, new Key<>(List.of(), false, matches));
        return this;
    }

    /** A key whose values begin what they match. */
    public FilterKeys<T> prefix(String name, Function<T, String> field) {
        return key(name, (item, value) -> field.apply(item).startsWith(value));
    }

    /** A key with few values. */
    public FilterKeys<T> oneOf(String name, List<String> values, BiPredicate<T, String> matches) {
        keys.put(name, new Key<>(values, false, matches));
        return this;
    }

    /** {@code NAME} or {@code NAME=VALUE} of a label; every label given must be there. */
    public FilterKeys<T> label(String name, Function<T, Map<String, String>> labels) {
        keys.put(name, new Key<>(List.of(), true, (item, wanted) -> {
            int equals = wanted.indexOf('=');
            String label = equals < 0 ? wanted : wanted.substring(0, equals);
            String value = labels.apply(item).get(label);
            return value != null && (equals < 0 || value.equals(wanted.substring(equals + 1)));
        }));
        return this;
    }

    /** @throws IllegalArgumentException with a line for the operator */
    Predicate<T> matching(List<String> filters) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("'" + Values.shown(filter) + "' is not a filter: use KEY=VALUE");
            }
            String name = filter.substring(0, equals).trim();
            String value = filter.substring(equals + 1).trim();
            Key<T> key = keys.get(name);
            if (key == null) {
                throw new IllegalArgumentException("'" + Values.shown(name) + "' is not a key to filter by: use "
                        + String.join(", ", keys.keySet()));
            }
            if (!key.values.isEmpty() && !key.values.contains(value)) {
                throw new IllegalArgumentException("'" + Values.shown(value) + "' is not a value of filter " + name
                        + ": use " + String.join(", ", key.values));
            }
            wanted.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
        return item -> wanted.entrySet().stream().allMatch(entry -> {
            Key<T> key = keys.get(entry.getKey());
            Predicate<String> matches = value -> key.matches.test(item, value);
            return key.all
                    ? entry.getValue().stream().allMatch(matches)
                    : entry.getValue().stream().anyMatch(matches);
        });
    }
}
