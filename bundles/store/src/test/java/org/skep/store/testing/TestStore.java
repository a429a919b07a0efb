package org.skep.store.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.store.Changes;
import org.skep.store.Kind;
import org.skep.store.Proposer;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.internal.Persistence;
import org.skep.store.internal.ReplicatedStore;

/**
 * The real store on a log of its own: an entry is applied, and every watch told, before {@link #update} returns. It
 * leads from the start.
 *
 * <p>A watch that writes (by {@link #updateAsync}) has its entry applied after the one it is being told of, also before
 * the outer call returns.
 */
public final class TestStore implements Store, AutoCloseable {

    private final ReplicatedStore store;
    private final Log log = new Log();

    public TestStore() {
        this(Clock.systemUTC());
    }

    /** @param clock gives the objects their times */
    public TestStore(Clock clock) {
        store = ReplicatedStore.on(Persistence.none(), clock);
        store.bind(log);
    }

    /** Writes fail with {@code NO_LEADER} from now on. */
    public void loseLead() {
        store.unbind(log);
    }

    /** Writes are possible again. */
    public void gainLead() {
        store.bind(log);
    }

    /** Writes fail from now on; null ends it. */
    public void failWrites(SkepException failure) {
        log.fail(failure);
    }

    /** How many entries were applied. */
    public long entries() {
        return store.appliedIndex();
    }

    /**
     * Waits until the committed state is as wanted.
     *
     * @return that state
     * @throws AssertionError if it was not within {@code limit}
     */
    public View await(Predicate<View> wanted, Duration limit) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        View[] found = new View[1];
        try (Watch watch = store.watch(EnumSet.allOf(Kind.class), changes -> {
            if (reached.getCount() > 0 && wanted.test(changes.view())) {
                found[0] = changes.view();
                reached.countDown();
            }
        })) {
            if (!reached.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the store did not get there within " + limit + "; it is at entry "
                        + store.view().index());
            }
            return found[0];
        }
    }

    /** As {@link #await(Predicate, Duration)}, for 10 seconds. */
    public View await(Predicate<View> wanted) throws InterruptedException {
        return await(wanted, Duration.ofSeconds(10));
    }

    @Override
    public Fingerprint fingerprint() {
        return store.fingerprint();
    }

    @Override
    public View view() {
        return store.view();
    }

    /** As {@link Store#update}, but an interrupt is an error, which spares tests a declaration. */
    @Override
    public <T> T update(Function<Transaction, T> decision) {
        try {
            return updateAsync(decision).toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Runs a transaction whose result does not matter. */
    public void write(Consumer<Transaction> decision) {
        update(tx -> {
            decision.accept(tx);
            return null;
        });
    }

    @Override
    public <T> CompletionStage<T> updateAsync(Function<Transaction, T> decision) {
        return log.around(() -> store.updateAsync(decision));
    }

    @Override
    public Watch watch(Set<Kind> kinds, Consumer<Changes> listener) {
        return log.around(() -> store.watch(kinds, listener));
    }

    @Override
    public void close() {
        store.close();
    }

    /**
     * Applies what was proposed as soon as no decision and no watch is in the way: on the thread that wrote, or on the
     * one that is at it already.
     */
    private final class Log implements Proposer {

        private record Entry(byte[] bytes, CompletableFuture<Long> confirmed) {}

        private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile SkepException failure;
        private long index;

        void fail(SkepException why) {
            failure = why;
        }

        @Override
        public CompletionStage<Long> propose(byte[] bytes) {
            if (failure != null) {
                return CompletableFuture.failedStage(failure);
            }
            CompletableFuture<Long> confirmed = new CompletableFuture<>();
            entries.add(new Entry(bytes, confirmed));
            return confirmed;
        }

        /** Runs the work, and applies what it and others have proposed meanwhile. */
        <T> T around(Supplier<T> work) {
            boolean mine = busy.compareAndSet(false, true);
            try {
                return work.get();
            } finally {
                if (mine) {
                    applyAll();
                    busy.set(false);
                }
                // Someone may have proposed while the work was ours, and left it to us.
                while (!entries.isEmpty() && busy.compareAndSet(false, true)) {
                    applyAll();
                    busy.set(false);
                }
            }
        }

        private void applyAll() {
            for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
                index++;
                try {
                    store.apply(index, entry.bytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                entry.confirmed().complete(index);
            }
        }
    }
}
