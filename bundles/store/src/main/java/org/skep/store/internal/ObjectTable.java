package org.skep.store.internal;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.pcollections.TreePMap;
import org.skep.store.Table;

/** The objects of one kind by ID and by name, in persistent trees: a change copies a path, and shares the rest. */
class ObjectTable<T extends Message> implements Table<T> {

    /** Follows a name in the index by name. It sorts before everything that may be part of a name. */
    private static final char END = '\0';

    private final Model<T> model;
    private final TreePMap<String, T> byId;
    /** Key is the name in lower case, {@link #END} and the ID, since some names are shared. */
    private final TreePMap<String, String> byName;

    ObjectTable(Model<T> model) {
        this(model, TreePMap.empty(), TreePMap.empty());
    }

    ObjectTable(Model<T> model, TreePMap<String, T> byId, TreePMap<String, String> byName) {
        this.model = model;
        this.byId = byId;
        this.byName = byName;
    }

    final Model<T> model() {
        return model;
    }

    /** The table with the object added, or replaced. */
    ObjectTable<T> with(T object) {
        T before = byId.get(model.id().apply(object));
        return new ObjectTable<>(model, idsWith(object), namesWith(before, object));
    }

    /** The table without the object. */
    ObjectTable<T> without(String id) {
        T before = byId.get(id);
        return before == null ? this : new ObjectTable<>(model, byId.minus(id), namesWith(before, null));
    }

    final TreePMap<String, T> idsWith(T object) {
        return byId.plus(model.id().apply(object), object);
    }

    final TreePMap<String, T> idsWithout(String id) {
        return byId.minus(id);
    }

    final TreePMap<String, String> namesWith(T before, T after) {
        String old = before == null ? "" : nameKey(before);
        String now = after == null ? "" : nameKey(after);
        if (old.equals(now)) {
            return byName;
        }
        TreePMap<String, String> names = old.isEmpty() ? byName : byName.minus(old);
        return now.isEmpty() ? names : names.plus(now, model.id().apply(after));
    }

    private String nameKey(T object) {
        String name = model.name().apply(object);
        return name.isEmpty() ? "" : lower(name) + END + model.id().apply(object);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The object, or null. */
    final T find(String id) {
        return byId.get(id);
    }

    @Override
    public Optional<T> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public Optional<T> named(String name) {
        String key = lower(name) + END;
        Map.Entry<String, String> entry = byName.ceilingEntry(key);
        return entry == null || !entry.getKey().startsWith(key) ? Optional.empty() : get(entry.getValue());
    }

    @Override
    public List<T> withIdPrefix(String prefix) {
        List<T> found = new ArrayList<>();
        for (Map.Entry<String, T> entry : byId.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(entry.getValue());
        }
        return Collections.unmodifiableList(found);
    }

    @Override
    public Collection<T> all() {
        return byId.values();
    }

    @Override
    public int size() {
        return byId.size();
    }
}
