package org.skep.shell.commands.flag;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Edits of the lists that repeatable flags make. */
final class Elements {

    private Elements() {}

    /** The items, and what is not yet among them. */
    static <T> List<T> with(List<T> items, List<T> added) {
        List<T> all = new ArrayList<>(items);
        added.stream().filter(item -> !all.contains(item)).forEach(all::add);
        return all;
    }

    /** The items, but those that have a key of these. */
    static <T, K> List<T> without(List<T> items, Function<? super T, K> key, List<K> keys) {
        Set<K> unwanted = new HashSet<>(keys);
        return items.stream()
                .filter(item -> !unwanted.contains(key.apply(item)))
                .toList();
    }

    /** The items, each replaced by the one added with the same key. */
    static <T, K> List<T> replacing(List<T> items, Function<? super T, K> key, List<T> added) {
        List<K> keys = added.stream().<K>map(key::apply).toList();
        List<T> all = new ArrayList<>(without(items, key, keys));
        all.addAll(added);
        return all;
    }
}
