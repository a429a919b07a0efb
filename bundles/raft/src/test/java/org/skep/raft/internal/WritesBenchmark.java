package org.skep.raft.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.skep.protocol.Task;

/** Small writes through store and log, with fsync: {@code WritesBenchmark [DIRECTORY [TASKS-BEFORE]]}. */
final class WritesBenchmark {

    private static final int WARM = 2000;
    private static final int SEQUENTIAL = 3000;
    private static final int EACH = 1000;

    private WritesBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("skep-writes");
        int tasks = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        long opened = System.nanoTime();
        try (Manager manager = new Manager(directory, 10_000, Duration.ofSeconds(1)).awaitLead()) {
            System.out.printf("start to lead: %d ms%n", (System.nanoTime() - opened) / 1_000_000);
            fill(manager, tasks);
            run(manager, "warm", 1, WARM);
            run(manager, "sequential", 1, SEQUENTIAL);
            run(manager, "4 at once", 4, EACH);
            run(manager, "16 at once", 16, EACH);
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf("heap in use: %d MB%n", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
        }
        long reopened = System.nanoTime();
        try (Manager manager = new Manager(directory, 10_000, Duration.ofSeconds(1)).awaitLead()) {
            System.out.printf(
                    "restart with %d objects: %d ms%n",
                    manager.store.view().configs().size()
                            + manager.store.view().tasks().size(),
                    (System.nanoTime() - reopened) / 1_000_000);
        }
    }

    private static void fill(Manager manager, int tasks) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < tasks; i += 200) {
            int from = i;
            manager.store.update(tx -> {
                for (int n = from; n < from + 200; n++) {
                    tx.create(Task.newBuilder()
                            .setId(String.format("task%021d", n * 7919L % 1_000_003))
                            .setServiceId("service" + n % 1000)
                            .setNodeId("node" + n % 100)
                            .build());
                }
                return null;
            });
        }
        if (tasks > 0) {
            System.out.printf("%d tasks created in %d ms%n", tasks, (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static void run(Manager manager, String what, int writers, int each) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        long[] latencies = new long[writers * each];
        long start = System.nanoTime();
        Future<?>[] running = IntStream.range(0, writers)
                .mapToObj(writer -> pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        long begin = System.nanoTime();
                        manager.write(what + "-" + System.nanoTime() + "-" + writer + "-" + i);
                        latencies[writer * each + i] = System.nanoTime() - begin;
                    }
                    return null;
                }))
                .toArray(Future<?>[]::new);
        for (Future<?> future : running) {
            future.get(10, TimeUnit.MINUTES);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        pool.shutdown();
        Arrays.sort(latencies);
        System.out.printf(
                "%-12s %7.0f /s   p50 %.2f ms   p99 %.2f ms%n",
                what,
                writers * each / seconds,
                latencies[latencies.length / 2] / 1e6,
                latencies[latencies.length * 99 / 100] / 1e6);
    }
}
