package org.skep.itests.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** What both contenders are driven by. */
public final class Sessions {

    private Sessions() {}

    /** Runs so many at once, and waits for all. */
    public static void run(int sessions, IntConsumer session) {
        ExecutorService threads = Executors.newFixedThreadPool(sessions);
        try {
            List<Future<?>> underWay = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                int number = i;
                underWay.add(threads.submit(() -> session.accept(number)));
            }
            for (Future<?> each : underWay) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
