package org.skep.raft.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jgroups.raft.StateMachine;

/** Our state machine as JGroups wants to see it. */
final class AppliedState implements StateMachine {

    /** Hears of what is applied, and of what cannot be. */
    interface Listener {
        void applied(long index, byte[] entry);

        void failed(long index, Throwable why);
    }

    private final org.skep.store.StateMachine state;
    private final LongSupplier commitIndex;
    private final Listener listener;
    private long index;
    private long sinceSnapshot;
    /** Nothing more is applied: what comes next would rest on what is missing. */
    private boolean failed;

    /** @param commitIndex the last entry that a snapshot taken now contains */
    AppliedState(org.skep.store.StateMachine state, LongSupplier commitIndex, Listener listener) {
        this.state = state;
        this.commitIndex = commitIndex;
        this.listener = listener;
    }

    /** JGroups does not tell the index of what it applies next. */
    void next(long nextIndex) {
        index = nextIndex;
    }

    /** The state does not contain what it must up to this entry, and never will. */
    void fail(long at, Throwable why) {
        failed = true;
        listener.failed(at, why);
    }

    /** @throws IllegalStateException if something could not be applied */
    void requireSound() {
        if (failed) {
            throw new IllegalStateException("the state lacks an entry that could not be applied");
        }
    }

    @Override
    public byte[] apply(byte[] data, int offset, int length, boolean serialize) throws Exception {
        sinceSnapshot++;
        try {
            // An entry without content only proves who leads.
            if (length > 0) {
                boolean whole = offset == 0 && length == data.length;
                state.apply(index, whole ? data : Arrays.copyOfRange(data, offset, offset + length));
            }
        } catch (Throwable e) {
            fail(index, e);
            throw e;
        }
        listener.applied(index, data);
        return null;
    }

    /** A snapshot is in the log. */
    void snapshotTaken() {
        sinceSnapshot = 0;
    }

    /** How many entries were applied since the last snapshot. */
    long sinceSnapshot() {
        return sinceSnapshot;
    }

    @Override
    public void writeContentTo(DataOutput out) throws Exception {
        out.writeLong(commitIndex.getAsLong());
        state.writeSnapshot(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }
        });
    }

    @Override
    public void readContentFrom(DataInput in) throws Exception {
        if (in.readLong() > state.appliedIndex()) {
            state.readSnapshot((InputStream) in);
        }
    }
}
