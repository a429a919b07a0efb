package org.skep.store.internal;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skep.api.SkepException;
import org.skep.protocol.Meta;
import org.skep.protocol.store.ChangeAction;
import org.skep.protocol.store.ObjectChange;
import org.skep.store.Kind;
import org.skep.store.Transaction;

/**
 * A transaction while it is decided.
 *
 * <p>Its objects carry the version that the entry will most likely have. The log may give another one; then {@link Chain}
 * corrects the speculative state when the entry is applied.
 */
final class Draft implements Transaction, TablesView {

    private record Key(Kind kind, String id) {}

    private final long version;
    private final Timestamp time;
    private final Map<Key, ObjectChange> changes = new LinkedHashMap<>();
    private Tables tables;

    Draft(Tables start, long version, Timestamp time) {
        this.tables = start;
        this.version = version;
        this.time = time;
    }

    @Override
    public void create(Message object) {
        Model<?> model = Models.of(object);
        String id = model.idOf(object);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("an object without an ID: " + model.kind());
        }
        if (tables.find(model.kind(), id) != null) {
            throw SkepException.state("NAME_CONFLICT", noun(model) + " " + id + " already exists", "");
        }
        put(model, id, false, model.stamped(object, State.stamp(Meta.getDefaultInstance(), true, version, time)));
    }

    @Override
    public void update(Message object) {
        Model<?> model = Models.of(object);
        String id = model.idOf(object);
        Message stored = tables.find(model.kind(), id);
        if (stored == null) {
            throw SkepException.user("NOT_FOUND", noun(model) + " " + id + " not found", "");
        }
        if (stored.equals(object)) {
            return;
        }
        Meta current = model.metaOf(stored);
        if (current.getVersion().getIndex() != model.metaOf(object).getVersion().getIndex()) {
            throw SkepException.state(
                    "OUT_OF_SEQUENCE",
                    "update out of sequence: " + noun(model) + " " + id + " has changed meanwhile",
                    "look at it again and repeat the update");
        }
        put(model, id, true, model.stamped(object, State.stamp(current, false, version, time)));
    }

    @Override
    public void delete(Kind kind, String id) {
        if (tables.find(kind, id) == null) {
            return;
        }
        tables = tables.without(kind, id);
        note(kind, id, true, null);
    }

    private <T extends Message> void put(Model<T> model, String id, boolean present, Message stamped) {
        T object = model.cast(stamped);
        String name = model.name().apply(object);
        if (model.uniqueName() && !name.isEmpty()) {
            tables.of(model.kind())
                    .named(name)
                    .filter(other -> !model.idOf(other).equals(id))
                    .ifPresent(other -> {
                        throw SkepException.state(
                                "NAME_CONFLICT",
                                "name conflicts with an existing object: " + noun(model) + " " + name
                                        + " already exists",
                                "choose another name");
                    });
        }
        tables = tables.with(object);
        note(model.kind(), id, present, object);
    }

    /**
     * Notes the object's last state only: an entry changes each object once.
     *
     * @param present whether it was there until now
     */
    private void note(Kind kind, String id, boolean present, Message after) {
        Key key = new Key(kind, id);
        ObjectChange earlier = changes.remove(key);
        boolean existed = earlier == null ? present : earlier.getAction() != ChangeAction.CHANGE_ACTION_CREATE;
        if (after == null && !existed) {
            return;
        }
        Model<?> model = Models.of(kind);
        ObjectChange.Builder change = ObjectChange.newBuilder();
        if (after == null) {
            model.wrapInto(
                    change.setAction(ChangeAction.CHANGE_ACTION_DELETE),
                    model.bare().apply(id));
        } else {
            model.wrapInto(
                    change.setAction(existed ? ChangeAction.CHANGE_ACTION_UPDATE : ChangeAction.CHANGE_ACTION_CREATE),
                    after);
        }
        changes.put(key, change.build());
    }

    private static String noun(Model<?> model) {
        return model.kind().name().toLowerCase(Locale.ROOT);
    }

    List<ObjectChange> changes() {
        return new ArrayList<>(changes.values());
    }

    @Override
    public Tables tables() {
        return tables;
    }

    @Override
    public long index() {
        return version;
    }
}
