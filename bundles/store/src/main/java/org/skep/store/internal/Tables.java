package org.skep.store.internal;

import com.google.protobuf.Message;
import java.util.Optional;
import org.skep.protocol.Cluster;
import org.skep.protocol.Config;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.Secret;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.Volume;
import org.skep.protocol.revision.Revision;
import org.skep.store.Kind;
import org.skep.store.Table;
import org.skep.store.TaskTable;

/** All objects, immutable. */
final class Tables {

    static final Tables EMPTY = new Tables(emptyTables());

    private final ObjectTable<?>[] byKind;

    private Tables(ObjectTable<?>[] byKind) {
        this.byKind = byKind;
    }

    private static ObjectTable<?>[] emptyTables() {
        Kind[] kinds = Kind.values();
        ObjectTable<?>[] tables = new ObjectTable<?>[kinds.length];
        for (Kind kind : kinds) {
            tables[kind.ordinal()] = emptyTable(Models.of(kind));
        }
        return tables;
    }

    @SuppressWarnings("unchecked") // the model of tasks is a model of Task
    private static <T extends Message> ObjectTable<?> emptyTable(Model<T> model) {
        return model.kind() == Kind.TASK ? new TaskObjects((Model<Task>) model) : new ObjectTable<>(model);
    }

    Tables with(Message object) {
        return withIn(of(Models.of(object).kind()), object);
    }

    private <T extends Message> Tables withIn(ObjectTable<T> table, Message object) {
        return replaced(table.with(table.model().cast(object)));
    }

    Tables without(Kind kind, String id) {
        ObjectTable<?> table = of(kind);
        ObjectTable<?> changed = table.without(id);
        return changed == table ? this : replaced(changed);
    }

    private Tables replaced(ObjectTable<?> table) {
        ObjectTable<?>[] copy = byKind.clone();
        copy[table.model().kind().ordinal()] = table;
        return new Tables(copy);
    }

    ObjectTable<?> of(Kind kind) {
        return byKind[kind.ordinal()];
    }

    /** The object, or null. */
    Message find(Kind kind, String id) {
        return of(kind).find(id);
    }

    int size() {
        int size = 0;
        for (ObjectTable<?> table : byKind) {
            size += table.size();
        }
        return size;
    }

    Optional<Cluster> cluster() {
        return this.<Cluster>typed(Kind.CLUSTER).all().stream().findFirst();
    }

    Table<Node> nodes() {
        return typed(Kind.NODE);
    }

    Table<Service> services() {
        return typed(Kind.SERVICE);
    }

    TaskTable tasks() {
        return (TaskTable) of(Kind.TASK);
    }

    Table<Network> networks() {
        return typed(Kind.NETWORK);
    }

    Table<Volume> volumes() {
        return typed(Kind.VOLUME);
    }

    Table<Secret> secrets() {
        return typed(Kind.SECRET);
    }

    Table<Config> configs() {
        return typed(Kind.CONFIG);
    }

    Table<Revision> revisions() {
        return typed(Kind.REVISION);
    }

    @SuppressWarnings("unchecked") // emptyTables puts each kind in its place
    private <T extends Message> Table<T> typed(Kind kind) {
        return (Table<T>) of(kind);
    }
}
