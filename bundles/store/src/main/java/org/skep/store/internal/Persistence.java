package org.skep.store.internal;

import java.io.Closeable;
import java.util.Collection;
import org.skep.store.Change;

/**
 * Keeps the applied state over a restart. It may lag behind, since the log has all that is missing, but what it gives
 * back is the exact state at one index.
 */
public interface Persistence extends Closeable {

    /** Keeps nothing. */
    static Persistence none() {
        return new Nothing();
    }

    /** The state as last kept; empty if there is none, or none that can be trusted. */
    State load();

    /** Takes note that the state has become {@code state}. Does no work on the calling thread. */
    void changed(State state, Collection<Change> changes);

    /** Takes note that nothing of what was kept holds any more. */
    void replaced(State state);

    /** Keeps what was noted, and lets go. */
    @Override
    void close();

    /** A store without a file. */
    final class Nothing implements Persistence {

        private Nothing() {}

        @Override
        public State load() {
            return State.EMPTY;
        }

        @Override
        public void changed(State state, Collection<Change> changes) {}

        @Override
        public void replaced(State state) {}

        @Override
        public void close() {}
    }
}
