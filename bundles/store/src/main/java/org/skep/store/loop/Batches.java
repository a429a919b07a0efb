package org.skep.store.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
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
        update(store, items, item -> 1, action);
    }

    /**
     * As {@link #update(Store, List, BiConsumer)}, for items that take several changes each. What one item takes is in
     * one transaction.
     *
     * @param changes how many changes {@code action} makes at most for an item
     */
    public static <T> void update(
            Store store, List<T> items, ToIntFunction<T> changes, BiConsumer<Transaction, T> action)
            throws InterruptedException {
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int from = 0; from < items.size(); ) {
            int end = from;
            int size = 0;
            do {
                size += changes.applyAsInt(items.get(end));
                end++;
            } while (end < items.size() && size + changes.applyAsInt(items.get(end)) <= CHANGES);
            List<T> part = items.subList(from, end);
            stages.add(store.updateAsync(tx -> {
                part.forEach(item -> action.accept(tx, item));
                return null;
            }));
            from = end;
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
