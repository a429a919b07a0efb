package org.skep.itests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;
import org.skep.itests.peer.Contender;

/**
 * Nodes that join, change their role and are lost, on four hosts: three for managers, one that is a worker and, for a time,
 * a manager.
 */
public final class ClusterBench extends HostsBench {

    private static final long TICKS = 100; // of the kernel's clock of processes, per second

    private final int rounds;

    private ClusterBench(Contender contender, Hosts hosts, boolean quick) {
        super(contender, hosts, quick);
        rounds = quick ? 1 : 5;
    }

    public static void main(String[] arguments) {
        run(ClusterBench::new, 4, arguments);
    }

    @Override
    void measure() {
        Host first = hosts.get(1);
        Host fourth = hosts.get(4);
        joins(first, fourth);
        contender.join(hosts.get(2), first, true);
        contender.join(hosts.get(3), first, true);
        contender.join(fourth, first, false);
        await(() -> contender.reachable(first, hosts.get(2)) && contender.reachable(first, hosts.get(3)));
        await(() -> contender.ready(first, fourth));
        promotions(first, fourth);
        writes(first);
        replicas(first);
        rest();
        workerLost(first, fourth);
        leaderLost();
    }

    private void joins(Host first, Host node) {
        List<Double> workers = new ArrayList<>();
        List<Double> managers = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            workers.add(seconds(() -> contender.join(node, first, false), () -> contender.ready(first, node)));
            contender.leave(node);
            await(() -> !contender.ready(first, node));
            contender.forget(first, node);
            managers.add(seconds(
                    () -> contender.join(node, first, true),
                    () -> contender.ready(first, node) && contender.reachable(first, node)));
            contender.demote(first, node);
            await(() -> !contender.manager(first, node));
            contender.leave(node);
            await(() -> !contender.ready(first, node));
            contender.forget(first, node);
        }
        note("join a worker, until ready", "s", median(workers));
        note("join a manager, until reachable", "s", median(managers));
    }

    private void promotions(Host first, Host node) {
        List<Double> promotions = new ArrayList<>();
        for (int round = 0; round < rounds * 3; round++) {
            promotions.add(seconds(() -> contender.promote(first, node), () -> contender.reachable(first, node)));
            contender.demote(first, node);
            await(() -> !contender.manager(first, node));
        }
        note("promote until reachable", "s", median(promotions));
        note(
                "promote until reachable, the slowest",
                "s",
                promotions.stream().max(Double::compare).orElseThrow());
    }

    private void writes(Host first) {
        int each = rounds == 1 ? 50 : 300;
        contender.writeMany(first, "warm", 16, each / 5);
        double one = seconds(() -> contender.writeMany(first, "one", 1, each), () -> true);
        double many = seconds(() -> contender.writeMany(first, "many", 16, each), () -> true);
        note("small writes, three managers, one after the other", "/s", each / one);
        note("small writes, three managers, 16 at once", "/s", 16 * each / many);
    }

    private void replicas(Host first) {
        noteMedian("30 replicas over four hosts, until all run", rounds, round -> {
            String service = "thirty" + round;
            double seconds = seconds(
                    () -> contender.createService(first, service, 30),
                    () -> contender.running(first, service).size() == 30);
            contender.removeService(first, service);
            awaitNoContainers();
            return seconds;
        });
    }

    private void rest() {
        double memory = 0;
        double ticks = 0;
        for (Host host : hosts.all()) {
            memory += contender.processes(host).stream()
                    .mapToLong(ClusterBench::residentKilobytes)
                    .sum();
            ticks -= contender.processes(host).stream()
                    .mapToLong(ClusterBench::ticks)
                    .sum();
        }
        int seconds = rounds == 1 ? 5 : 30;
        pause(Duration.ofSeconds(seconds));
        for (Host host : hosts.all()) {
            ticks += contender.processes(host).stream()
                    .mapToLong(ClusterBench::ticks)
                    .sum();
        }
        int count = hosts.all().size();
        note("memory per node at rest", "MiB", memory / 1024 / count);
        note("CPU per node at rest", "% of a core", ticks / TICKS / seconds / count * 100);
    }

    private void workerLost(Host first, Host worker) {
        List<Double> moves = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            String service = "worker" + round;
            contender.createService(first, service, 12);
            awaitRunning(first, service, 12);
            moves.add(seconds(worker::powerOff, () -> elsewhere(first, service, worker)));
            returns(worker, first);
            contender.removeService(first, service);
        }
        note("worker lost, until its tasks run elsewhere", "s", median(moves));
    }

    private boolean elsewhere(Host asked, String service, Host lost) {
        List<String> tasks = contender.running(asked, service);
        return tasks.size() == 12 && !tasks.contains(lost.name());
    }

    private void leaderLost() {
        List<Double> writes = new ArrayList<>();
        List<Double> moves = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<Host> managers = hosts.all().subList(0, 3);
            Host leader = managers.stream()
                    .filter(host -> contender.leads(host, host))
                    .findFirst()
                    .orElseThrow();
            Host survivor =
                    managers.stream().filter(host -> host != leader).findFirst().orElseThrow();
            String service = "leader" + round;
            contender.createService(survivor, service, 12);
            awaitRunning(survivor, service, 12);
            int number = round;
            long begin = System.nanoTime();
            leader.powerOff();
            int[] attempt = {0};
            await(() -> contender.write(survivor, "after" + number + "-" + attempt[0]++));
            writes.add((System.nanoTime() - begin) / 1e9);
            await(() -> elsewhere(survivor, service, leader));
            moves.add((System.nanoTime() - begin) / 1e9);
            returns(leader, survivor);
            await(() -> contender.reachable(survivor, leader));
            contender.removeService(survivor, service);
        }
        note("leader lost, until the next write", "s", median(writes));
        note("leader lost, until its tasks run elsewhere", "s", median(moves));
    }

    private void returns(Host lost, Host asked) {
        lost.powerOn();
        lost.engine().launch();
        lost.engine().awaitAnswer();
        contender.start(lost);
        await(() -> contender.ready(asked, lost));
    }

    private static long residentKilobytes(long pid) {
        return read("/proc/" + pid + "/status")
                .lines()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static long ticks(long pid) {
        String stat = read("/proc/" + pid + "/stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
