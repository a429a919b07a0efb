package org.skep.itests.bench.agents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Many simulated workers at one real manager: its log on a disk, its sessions over mutual TLS. Prints a line {@code
 * what|Skep|unit|} for each figure.
 */
public final class AgentsBench {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final double TICKS = 100; // of the kernel's clock of processes, per second

    private final String skep;
    private final Path state;
    private final long manager;

    private AgentsBench(String skep, Path state, long manager) {
        this.skep = skep;
        this.state = state;
        this.manager = manager;
    }

    /** @param arguments the client, the manager's state directory, its PID, how many agents, how many tasks */
    public static void main(String[] arguments) throws Exception {
        new AgentsBench(arguments[0], Path.of(arguments[1]), Long.parseLong(arguments[2]))
                .measure(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
    }

    private void measure(int count, int tasks) throws Exception {
        Progress progress = new Progress();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (Gate gate = new Gate("127.0.0.1:2377", skep("swarm", "ca"), skep("swarm", "join-token", "-q", "worker"))) {
            long begin = System.nanoTime();
            List<Agent> agents = join(gate, count, clock, progress);
            figure("agents in session, one after the other", count / seconds(begin), "/s");

            double cpu = cpuSeconds();
            long log = logBytes();
            long written = writtenBytes();
            begin = System.nanoTime();
            skep(
                    "service",
                    "create",
                    "--detach",
                    "--name",
                    "many",
                    "--replicas",
                    "" + tasks,
                    "busybox",
                    "sleep",
                    "1000");
            progress.await(tasks, PATIENCE);
            double seconds = seconds(begin);
            figure(tasks + " tasks on " + count + " agents, until all run", seconds, "s");
            figure("of which each second", tasks / seconds, "/s");
            figure("the leader's CPU for it", cpuSeconds() - cpu, "s");
            figure("its log, per task", (logBytes() - log) / (double) tasks, "bytes");
            figure("all it wrote, per task", (writtenBytes() - written) / (double) tasks, "bytes");
            figure("its memory afterwards", residentKilobytes() / 1024.0, "MiB");
            cpu = cpuSeconds();
            begin = System.nanoTime();
            TimeUnit.SECONDS.sleep(10);
            figure("its CPU at rest, beats included", (cpuSeconds() - cpu) / seconds(begin) * 100, "% of a core");
            agents.forEach(Agent::close);
        } finally {
            clock.shutdownNow();
        }
    }

    private static List<Agent> join(Gate gate, int count, ScheduledExecutorService clock, Progress progress)
            throws GeneralSecurityException, IOException {
        List<Agent> agents = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Agent agent = new Agent(gate.admit(), i, clock, progress);
            agent.open().join();
            agents.add(agent);
        }
        return agents;
    }

    private String skep(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(skep, "--state-dir", state.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", words) + " failed");
        }
        return out.strip();
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private double cpuSeconds() throws IOException {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    private long residentKilobytes() throws IOException {
        return number(read("status"), "VmRSS");
    }

    private long writtenBytes() throws IOException {
        return number(read("io"), "write_bytes");
    }

    private static long number(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private String read(String file) throws IOException {
        return Files.readString(Path.of("/proc/" + manager, file));
    }

    private long logBytes() throws IOException {
        try (Stream<Path> files = Files.walk(state.resolve("raft"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(AgentsBench::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void figure(String what, double value, String unit) {
        System.err.printf(Locale.ROOT, "%s: %.2f %s%n", what, value, unit);
        System.out.printf(Locale.ROOT, value < 10 ? "%s|%.2f|%s|%n" : "%s|%.0f|%s|%n", what, value, unit);
    }
}
