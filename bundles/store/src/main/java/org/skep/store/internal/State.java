package org.skep.store.internal;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.skep.protocol.Meta;
import org.skep.protocol.Version;
import org.skep.protocol.store.ChangeAction;
import org.skep.protocol.store.ObjectChange;
import org.skep.protocol.store.TransactionEntry;
import org.skep.protocol.store.TransactionHeader;
import org.skep.store.Change;
import org.skep.store.Kind;

/**
 * What the log up to an index amounts to. Immutable.
 *
 * @param index of the last entry
 * @param base index of the last entry that changed anything
 * @param proposer of the last entry that changed anything
 * @param sequence that entry's number among its proposer's
 */
public record State(long index, long base, String proposer, long sequence, Tables tables) implements TablesView {

    private static final Parser<TransactionHeader> HEADERS =
            DiscardUnknownFieldsParser.wrap(TransactionHeader.parser());

    static final State EMPTY = new State(0, 0, "", 0, Tables.EMPTY);

    static TransactionHeader header(byte[] entry) throws InvalidProtocolBufferException {
        return HEADERS.parseFrom(entry);
    }

    /** Whether the entry was decided on this very state; only then it may change it. */
    boolean accepts(TransactionHeader entry) {
        if (entry.getSequence() == 1) {
            return entry.getBase() == base && !entry.getProposer().equals(proposer);
        }
        return entry.getProposer().equals(proposer) && entry.getSequence() == sequence + 1;
    }

    State skip(long newIndex) {
        return new State(newIndex, base, proposer, sequence, tables);
    }

    /** What an accepted entry makes of this state; adds what changed to {@code changes}. */
    State apply(long newIndex, TransactionEntry entry, List<Change> changes) {
        Tables next = tables;
        for (ObjectChange change : entry.getChangesList()) {
            Model<?> model = Models.of(change);
            Message object = model.unwrap().apply(change);
            String id = model.idOf(object);
            Message before = next.find(model.kind(), id);
            if (change.getAction() == ChangeAction.CHANGE_ACTION_DELETE) {
                next = next.without(model.kind(), id);
                changes.add(new Change(model.kind(), id, before, null));
            } else {
                boolean created = change.getAction() == ChangeAction.CHANGE_ACTION_CREATE;
                Message after = model.stamped(object, stamp(model.metaOf(object), created, newIndex, entry.getTime()));
                next = next.with(after);
                changes.add(new Change(model.kind(), id, before, after));
            }
        }
        return new State(newIndex, newIndex, entry.getProposer(), entry.getSequence(), next);
    }

    /** What follows if an accepted entry makes these tables. */
    State become(long newIndex, TransactionHeader entry, Tables next) {
        return new State(newIndex, newIndex, entry.getProposer(), entry.getSequence(), next);
    }

    static Meta stamp(Meta meta, boolean created, long index, Timestamp time) {
        Meta.Builder stamped = meta.toBuilder()
                .setVersion(Version.newBuilder().setIndex(index))
                .setUpdatedAt(time);
        return created ? stamped.setCreatedAt(time).build() : stamped.build();
    }

    /** What leads from this state to another one. */
    List<Change> changesTo(State other) {
        List<Change> changes = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Model<?> model = Models.of(kind);
            for (Message before : tables.of(kind).all()) {
                String id = model.idOf(before);
                Message after = other.tables.find(kind, id);
                if (!before.equals(after)) {
                    changes.add(new Change(kind, id, before, after));
                }
            }
            for (Message after : other.tables.of(kind).all()) {
                String id = model.idOf(after);
                if (tables.find(kind, id) == null) {
                    changes.add(new Change(kind, id, null, after));
                }
            }
        }
        return changes;
    }
}
