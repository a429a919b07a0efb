package org.skep.control.local;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.skep.api.SkepException;
import org.skep.store.Consensus;

/**
 * Holds a read back until this manager has proven that it leads.
 *
 * @param patience with a proof that does not come
 */
record ReadBarrier(Duration patience) {

    /** @throws SkepException {@code NO_LEADER} */
    void pass(Consensus consensus) {
        try {
            consensus.barrier().toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SkepException refused ? refused : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw ManagerStore.elsewhere();
        } catch (InterruptedException e) {
            throw ManagerStore.interrupted();
        }
    }
}
