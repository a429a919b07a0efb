package org.skep.control.local;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.skep.api.SkepException;
import org.skep.store.Consensus;

/**
 * Holds reads back until this manager has proven that it leads. A proof counts for those who waited before it began: while
 * one is under way, all that come share the next.
 */
final class ReadBarrier {

    private final Duration patience;
    private boolean underWay;
    private CompletableFuture<Void> next;

    ReadBarrier(Duration patience) {
        this.patience = patience;
    }

    /** @throws SkepException {@code NO_LEADER} */
    void pass(Consensus consensus) {
        try {
            join(consensus).get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SkepException refused ? refused : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw ManagerStore.elsewhere();
        } catch (InterruptedException e) {
            throw ManagerStore.interrupted();
        }
    }

    private CompletableFuture<Void> join(Consensus consensus) {
        CompletableFuture<Void> mine;
        synchronized (this) {
            if (underWay) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            underWay = true;
            mine = new CompletableFuture<>();
        }
        prove(consensus, mine);
        return mine;
    }

    private void prove(Consensus consensus, CompletableFuture<Void> waiting) {
        consensus.barrier().whenComplete((proven, failure) -> {
            proveNext(consensus);
            if (failure == null) {
                waiting.complete(null);
            } else {
                waiting.completeExceptionally(failure);
            }
        });
    }

    private void proveNext(Consensus consensus) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = next;
            next = null;
            underWay = waiting != null;
        }
        if (waiting != null) {
            prove(consensus, waiting);
        }
    }
}
