package org.skep.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What the log is applied to. Calls come from one thread; applying is deterministic: the same entries give the same
 * state on every manager.
 */
public interface StateMachine {

    /**
     * Index of the last entry that this state contains; zero for an empty one. After a start it is what was kept of the
     * state, which may lag behind the log, but is never ahead of it: replay starts there.
     */
    long appliedIndex();

    /**
     * Applies a committed entry. An entry at or below {@link #appliedIndex} is ignored.
     *
     * @throws IOException if the state could not be stored; the entry counts as not applied
     */
    void apply(long index, byte[] entry) throws IOException;

    /** Writes the whole state. */
    void writeSnapshot(OutputStream out) throws IOException;

    /** Replaces the whole state, also by an older one; an empty stream is the empty state. */
    void readSnapshot(InputStream in) throws IOException;
}
