package org.skep.store.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.skep.store.Store;
import org.skep.store.Transaction;

/** Cuts long work into transactions of a size that does not hold up others. */
public final class Batches {

    /** The most changes that one transaction should carry. */
    public static final int CHANGES = 200;

    private Batches() {}

    /**
     * Applies {@code action} to every item, and waits until all of it is committed. The transactions travel together;
     * when one fails, those before it hold.
     *
     * @param action makes one change at most
     */
    public static <T> void update(Store store, List<T> items, BiConsumer<Transaction, T> action)
            throws InterruptedException {
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int from = 0; from < items.size(); from += CHANGES) {
            List<T> part = items.subList(from, Math.min(from + CHANGES, items.size()));
            stages.add(store.updateAsync(tx -> {
                part.forEach(item -> action.accept(tx, item));
                return null;
            }));
        }
        for (CompletionStage<Void> stage : stages) {
            await(stage.toCompletableFuture());
        }
    }

    private static void await(CompletableFuture<Void> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
