package org.skep.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.skep.protocol.Driver;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.Ids;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Version;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Proposer;
import org.skep.store.Store;
import org.skep.store.internal.Persistence;
import org.skep.store.internal.ReplicatedStore;
import org.skep.store.loop.ThreadLoops;

/**
 * How long it takes to place tasks, as swarm mode's own scheduler benchmark measures it: one transaction brings nodes and
 * pending tasks; from just before it is committed until a watch has seen every task assigned. Nobody waits 50 ms for
 * more to come first, as swarm mode does. The store is the real one on a log in memory: entries are serialised and
 * applied, and go to no disk and no other manager.
 *
 * <p>{@code SchedulerBenchmark [--quick]} prints a line {@code what|Skep|unit|peer} for each figure: the median of some
 * rounds in a JVM that has warmed up. The peer's figures are those recorded of swarm mode on two cores.
 */
final class SchedulerBenchmark {

    private static final List<Figure> FIGURES = List.of(
            new Figure(Kinds.SINGLE, 1_000, 1_000, 0.142),
            new Figure(Kinds.SINGLE, 1_000, 10_000, 1.25),
            new Figure(Kinds.SINGLE, 1_000, 100_000, 13.16),
            new Figure(Kinds.SINGLE, 10_000, 10_000, 8.89),
            new Figure(Kinds.SINGLE, 100_000, 1_000, 21.97),
            new Figure(Kinds.SINGLE, 100_000, 100_000, 37 * 60.0),
            new Figure(Kinds.NEEDING_A_DRIVER, 1_000, 10_000, 1.32),
            new Figure(Kinds.ALL_DIFFERENT, 1_000, 10_000, 1.25),
            new Figure(Kinds.ALL_DIFFERENT, 100_000, 100_000, 37 * 60.0),
            new Figure(Kinds.OF_A_SERVICE, 10_000, 10_000, 0.90),
            new Figure(Kinds.OF_A_SERVICE, 100_000, 100_000, 12.5));

    private final Kinds kind;
    private final int nodes;
    private final int tasks;

    private SchedulerBenchmark(Kinds kind, int nodes, int tasks) {
        this.kind = kind;
        this.nodes = nodes;
        this.tasks = tasks;
    }

    /** @param peer seconds that swarm mode takes; the longest one was worked out from 22 ms for each task */
    private record Figure(Kinds kind, int nodes, int tasks, double peer) {

        int rounds(boolean quick) {
            int large = nodes + tasks;
            return quick || large > 150_000 ? 3 : large > 50_000 ? 5 : 9;
        }

        void print(boolean quick) throws Exception {
            SchedulerBenchmark benchmark = new SchedulerBenchmark(kind, nodes, tasks);
            double[] seconds = new double[rounds(quick)];
            for (int round = 0; round < seconds.length; round++) {
                seconds[round] = benchmark.seconds();
            }
            Arrays.sort(seconds);
            System.out.printf(
                    Locale.ROOT,
                    "%s, %s nodes x %s tasks|%.3f|s|%.3f%n",
                    kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    thousands(nodes),
                    thousands(tasks),
                    seconds[seconds.length / 2],
                    peer);
        }

        private static String thousands(int number) {
            return number / 1000 + "k";
        }
    }

    /** What the tasks are. All but the last have no service. */
    private enum Kinds {
        SINGLE,
        /** No two ask for the same, so that none can be treated like another. */
        ALL_DIFFERENT,
        /** Every third node has it. */
        NEEDING_A_DRIVER,
        OF_A_SERVICE;

        Task task(int number) {
            Task.Builder task = Task.newBuilder()
                    .setId(Ids.random())
                    .setDesiredState(TaskState.RUNNING)
                    .setStatus(TaskStatus.newBuilder().setState(TaskState.PENDING));
            switch (this) {
                case ALL_DIFFERENT ->
                    task.setSpec(TaskSpec.newBuilder()
                            .setResources(ResourceRequirements.newBuilder()
                                    .setReservations(Resources.newBuilder().setNanoCpus(1_000_000 + number))));
                case NEEDING_A_DRIVER ->
                    task.addNetworks(NetworkAttachment.newBuilder()
                            .setNetwork(Network.newBuilder()
                                    .setDriverState(Driver.newBuilder().setName("network"))));
                case OF_A_SERVICE ->
                    task.setServiceId("service")
                            .setSlot(number + 1)
                            .setSpecVersion(Version.newBuilder().setIndex(1));
                default -> {}
            }
            return task.build();
        }
    }

    public static void main(String[] args) throws Exception {
        boolean quick = List.of(args).contains("--quick");
        for (int round = 0; round < 8; round++) {
            for (Kinds kind : Kinds.values()) {
                new SchedulerBenchmark(kind, 1_000, 10_000).seconds();
            }
        }
        for (Figure figure : FIGURES) {
            figure.print(quick);
        }
        System.out.printf(
                "heap for each task of a service, 1k nodes x 100k tasks|%d|B|%n",
                new SchedulerBenchmark(Kinds.OF_A_SERVICE, 1_000, 100_000).bytesPerTask());
    }

    private double seconds() throws Exception {
        try (Run run = new Run()) {
            return run.placeAll();
        }
    }

    /** Of the store and the scheduler together, once all is placed. */
    private long bytesPerTask() throws Exception {
        long before = heap();
        try (Run run = new Run()) {
            run.placeAll();
            run.store.update(tx -> null);
            return (heap() - before) / tasks;
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** A swarm without nodes, and its scheduler. */
    private final class Run implements AutoCloseable {

        private final ReplicatedStore store = ReplicatedStore.on(Persistence.none(), Clock.systemUTC());
        private final Log log = new Log(store);
        private final Scheduler scheduler;

        Run() {
            store.bind(log);
            scheduler = new Scheduler(store, new ThreadLoops());
        }

        double placeAll() throws InterruptedException {
            CountDownLatch assigned = new CountDownLatch(tasks);
            AtomicLong start = new AtomicLong();
            try (Store.Watch watch = store.watch(EnumSet.of(Kind.TASK), changes -> changes.changes().stream()
                    .filter(SchedulerBenchmark::assigns)
                    .forEach(change -> assigned.countDown()))) {
                store.update(tx -> {
                    IntStream.range(0, nodes).forEach(number -> tx.create(node(number)));
                    IntStream.range(0, tasks).forEach(number -> tx.create(kind.task(number)));
                    start.set(System.nanoTime());
                    return null;
                });
                assigned.await();
                return (System.nanoTime() - start.get()) / 1e9;
            }
        }

        @Override
        public void close() {
            scheduler.close();
            store.close();
            log.close();
        }
    }

    private Node node(int number) {
        NodeDescription.Builder description = NodeDescription.newBuilder()
                .setHostname("host" + number)
                .setResources(
                        Resources.newBuilder().setNanoCpus(1_000_000_000_000L).setMemoryBytes(1L << 40));
        if (kind == Kinds.NEEDING_A_DRIVER && number % 3 == 0) {
            description.setEngine(EngineDescription.newBuilder()
                    .addPlugins(
                            PluginDescription.newBuilder().setType("Network").setName("network")));
        }
        return Node.newBuilder()
                .setId(Ids.random())
                .setDescription(description)
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY))
                .build();
    }

    private static boolean assigns(Change change) {
        Task before = (Task) change.before();
        Task after = (Task) change.after();
        return before != null
                && before.getStatus().getState() == TaskState.PENDING
                && after.getStatus().getState() == TaskState.ASSIGNED;
    }

    /** A log that is kept by nobody: entries are applied in order, on a thread of their own. */
    private static final class Log implements Proposer, AutoCloseable {

        private final ExecutorService applying = Executors.newSingleThreadExecutor();
        private final ReplicatedStore store;
        private long index;

        Log(ReplicatedStore store) {
            this.store = store;
        }

        @Override
        public CompletionStage<Long> propose(byte[] entry) {
            CompletableFuture<Long> applied = new CompletableFuture<>();
            applying.execute(() -> {
                try {
                    store.apply(++index, entry);
                    applied.complete(index);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return applied;
        }

        @Override
        public void close() {
            applying.shutdown();
        }
    }
}
