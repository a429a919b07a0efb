package org.skep.store;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The cluster's objects on a manager. Present while this node is a manager; writes succeed on the leader.
 *
 * <p>Transactions are serial: each is decided on the state that all earlier ones leave behind. They are pipelined: the
 * next one is decided while the earlier ones travel through the log.
 */
public interface Store {

    /** The committed state. Never blocks. */
    View view();

    /**
     * Decides and commits a transaction, waiting until a majority has it on disk and this manager has applied it.
     *
     * @param decision reads and changes the transaction; runs on one thread at a time, must not block, and may throw to
     *     abandon it, in which case nothing is written and the exception reaches the caller. A decision that changes
     *     nothing writes nothing.
     * @return what the decision returned
     * @throws org.skep.api.SkepException {@code NO_LEADER} if nothing was written because this manager does not lead;
     *     {@code OUTCOME_UNKNOWN} if it lost the lead meanwhile, so that it may or may not have been written;
     *     {@code LOG_UNWRITABLE} if the disk refuses (nothing is lost; reads go on)
     */
    <T> T update(Function<Transaction, T> decision) throws InterruptedException;

    /**
     * As {@link #update}, without waiting. The stage may complete on the applying thread: what depends on it must hand
     * over and return at once.
     */
    <T> CompletionStage<T> updateAsync(Function<Transaction, T> decision);

    /**
     * Follows changes as they are applied, in order and without gaps.
     *
     * @param kinds what to hear of
     * @param listener called with the changes of one entry at a time, on the applying thread: it must hand over and
     *     return at once. The first call has no changes, and a view from which the following changes lead on.
     */
    Watch watch(Set<Kind> kinds, Consumer<Changes> listener);

    /**
     * What tells whether two managers agree: copies of the state at one index have one digest. Costs a pass over all
     * objects.
     */
    Fingerprint fingerprint();

    /**
     * @param index of the last log entry in the copy
     * @param digest SHA-256 of all there is, in hexadecimal
     */
    record Fingerprint(long index, String digest) {}

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
