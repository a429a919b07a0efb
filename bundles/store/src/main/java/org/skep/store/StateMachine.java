package org.skep.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What the log is applied to. Calls come from one thread; applying is deterministic: the same entries give the same
 * state on every manager.
 */
public interface StateMachine {

    /** Index of the last entry whose effect is durable here: replay starts behind it. Zero for an empty state. */
    long appliedIndex();

    /**
     * Applies a committed entry. An entry at or below {@link #appliedIndex} is ignored.
     *
     * @throws IOException if the state could not be stored; the entry counts as not applied
     */
    void apply(long index, byte[] entry) throws IOException;

    /** Writes the whole state. */
    void writeSnapshot(OutputStream out) throws IOException;

    /** Replaces the whole state. */
    void readSnapshot(InputStream in) throws IOException;
}
