package org.skep.itests.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;
import org.skep.itests.peer.Contender;
import org.skep.itests.peer.Skep;
import org.skep.itests.peer.SwarmMode;

/** Measures first Skep, then Docker's swarm mode, on the same hosts. Prints {@code what|Skep|unit|peer} for each figure. */
abstract class HostsBench {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    final Contender contender;
    final Hosts hosts;
    final boolean quick;
    private final Map<Figure, Double> figures = new LinkedHashMap<>();

    HostsBench(Contender contender, Hosts hosts, boolean quick) {
        this.contender = contender;
        this.hosts = hosts;
        this.quick = quick;
    }

    private record Figure(String what, String unit) {}

    @FunctionalInterface
    interface Kind {
        HostsBench of(Contender contender, Hosts hosts, boolean quick);
    }

    abstract void measure();

    /** @param count of hosts, each with its own engine */
    static void run(Kind kind, int count, String[] arguments) {
        boolean quick = Arrays.asList(arguments).contains("--quick");
        Hosts hosts = Hosts.of(count).withEngines();
        hosts.start("bench");
        boolean done = false;
        try {
            HostsBench ours = kind.of(new Skep(), hosts, quick);
            ours.measureAll();
            hosts.all().forEach(host -> host.skepd().stop());
            HostsBench peers = kind.of(new SwarmMode(), hosts, quick);
            peers.measureAll();
            ours.figures.forEach((figure, value) -> System.out.println(
                    figure.what() + "|" + text(value) + "|" + figure.unit() + "|" + text(peers.figures.get(figure))));
            done = true;
        } finally {
            hosts.close(!done);
        }
    }

    private void measureAll() {
        hosts.all().forEach(contender::start);
        contender.init(hosts.get(1));
        measure();
        hosts.all().forEach(contender::leave);
    }

    private static String text(Double value) {
        return value == null ? "" : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }

    final void note(String what, String unit, double value) {
        System.err.printf("%s: %s %s %s%n", contender.getClass().getSimpleName(), what, text(value), unit);
        figures.put(new Figure(what, unit), value);
    }

    /** @param round given the number of the round, tells how long it took */
    final void noteMedian(String what, int rounds, Round round) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            values.add(round.seconds(i));
        }
        note(what, "s", median(values));
    }

    @FunctionalInterface
    interface Round {
        double seconds(int number);
    }

    /** The service runs so many tasks, each of which should run. */
    final void awaitRunning(Host asked, String service, int tasks) {
        await(() -> contender.running(asked, service).size() == tasks);
    }

    /** No engine runs a container any more. */
    final void awaitNoContainers() {
        await(this::noContainers);
    }

    final boolean noContainers() {
        return hosts.all().stream()
                .allMatch(host -> host.engine().docker("ps", "-q").out().isEmpty());
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    static double seconds(Runnable action, BooleanSupplier done) {
        long begin = System.nanoTime();
        action.run();
        await(done);
        return (System.nanoTime() - begin) / 1e9;
    }

    static void await(BooleanSupplier done) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("nothing came of it within " + PATIENCE);
            }
            pause(Duration.ofMillis(20));
        }
    }

    static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
