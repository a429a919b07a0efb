package org.skep.store.internal;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.skep.protocol.store.ChangeAction;
import org.skep.protocol.store.ObjectChange;
import org.skep.protocol.store.SnapshotHeader;
import org.skep.store.Kind;

/** The whole state as a stream: a header, and a change for each object that creates it. */
final class Snapshots {

    private Snapshots() {}

    static void write(State state, OutputStream out) throws IOException {
        header(state).writeDelimitedTo(out);
        for (Kind kind : Kind.values()) {
            Model<?> model = Models.of(kind);
            for (Message object : state.tables().of(kind).all()) {
                ObjectChange.Builder change = ObjectChange.newBuilder().setAction(ChangeAction.CHANGE_ACTION_CREATE);
                model.wrapInto(change, object);
                change.build().writeDelimitedTo(out);
            }
        }
    }

    /** All of a state but its objects. */
    static SnapshotHeader header(State state) {
        return SnapshotHeader.newBuilder()
                .setIndex(state.index())
                .setBase(state.base())
                .setProposer(state.proposer())
                .setSequence(state.sequence())
                .setObjects(state.tables().size())
                .build();
    }

    /** The state; an empty stream is the empty state. */
    static State read(InputStream in) throws IOException {
        SnapshotHeader header = SnapshotHeader.parseDelimitedFrom(in);
        if (header == null) {
            return State.EMPTY;
        }
        Tables tables = Tables.EMPTY;
        for (long i = 0; i < header.getObjects(); i++) {
            ObjectChange change = ObjectChange.parseDelimitedFrom(in);
            if (change == null) {
                throw new IOException("the snapshot ends after " + i + " of " + header.getObjects() + " objects");
            }
            tables = tables.with(Models.of(change).unwrap().apply(change));
        }
        return new State(header.getIndex(), header.getBase(), header.getProposer(), header.getSequence(), tables);
    }
}
