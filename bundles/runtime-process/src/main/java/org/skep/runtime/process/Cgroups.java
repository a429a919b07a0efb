package org.skep.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.runtime.TaskDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of memory, processor time and processes through the kernel's control groups, version 2. Where they cannot be used a task
 * that asks for a limit is refused: a limit that does not hold is worse than none.
 */
final class Cgroups {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    private static final long PERIOD_MICROS = 100_000;
    private static final long NANOS_PER_CPU = 1_000_000_000;

    private final Path root;
    private final Path ours;

    /** @param root where the kernel shows version 2, such as {@code /sys/fs/cgroup} */
    Cgroups(Path root) {
        this.root = root;
        this.ours = root.resolve("skep");
    }

    /** What a task may not exceed; 0 for no limit. */
    record Limits(long nanoCpus, long memoryBytes, long pids) {

        static Limits of(TaskDescription task) {
            return new Limits(
                    task.limits().limitNanoCpus(),
                    task.limits().limitMemoryBytes(),
                    task.container().kernel().pidsLimit());
        }

        boolean none() {
            return nanoCpus == 0 && memoryBytes == 0 && pids == 0;
        }

        private String flag() {
            return memoryBytes > 0 ? "--limit-memory" : nanoCpus > 0 ? "--limit-cpu" : "--limit-pids";
        }
    }

    /** Why limits cannot be honoured on this host; empty if they can. */
    Optional<String> problem() {
        Path controllers = root.resolve("cgroup.controllers");
        try {
            List<String> names = List.of(Files.readString(controllers).strip().split(" "));
            if (!names.containsAll(List.of("memory", "cpu", "pids"))) {
                return Optional.of("the kernel's cgroup v2 has no memory, cpu and pids controllers");
            }
            if (!Files.isWritable(root)) {
                return Optional.of("cgroup v2 is not writable for skepd");
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("there is no cgroup v2");
        }
    }

    /** The group a task with these limits has to enter; empty if it has none. */
    Optional<Path> create(String taskId, Limits limits) {
        if (limits.none()) {
            return Optional.empty();
        }
        check(limits);
        Path group = group(taskId);
        try {
            Files.createDirectories(ours);
            String controllers = limits.pids() > 0 ? "+cpu +memory +pids" : "+cpu +memory";
            Files.writeString(root.resolve("cgroup.subtree_control"), controllers);
            Files.writeString(ours.resolve("cgroup.subtree_control"), controllers);
            Files.createDirectories(group);
            if (limits.memoryBytes() > 0) {
                Files.writeString(group.resolve("memory.max"), Long.toString(limits.memoryBytes()));
                // Absent where the kernel has no swap accounting.
                if (Files.exists(group.resolve("memory.swap.max"))) {
                    Files.writeString(group.resolve("memory.swap.max"), "0");
                }
            }
            if (limits.nanoCpus() > 0) {
                long quota = Math.max(1000, limits.nanoCpus() * PERIOD_MICROS / NANOS_PER_CPU);
                Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
            }
            if (limits.pids() > 0) {
                Files.writeString(group.resolve("pids.max"), Long.toString(limits.pids()));
            }
            return Optional.of(group);
        } catch (IOException e) {
            throw SkepException.resource(
                    "CGROUP_FAILED", "cannot set the limits of the task: " + IoReasons.of(e), "", e);
        }
    }

    void check(Limits limits) {
        if (limits.none()) {
            return;
        }
        problem().ifPresent(problem -> {
            throw SkepException.user(
                    "LIMITS_UNSUPPORTED",
                    "the process runtime cannot honour " + limits.flag() + " on this host: " + problem,
                    "leave it out, or run it on a node with a container engine");
        });
    }

    boolean outOfMemory(String taskId) {
        try {
            return Files.readAllLines(group(taskId).resolve("memory.events")).stream()
                    .anyMatch(line -> line.matches("oom_kill [1-9]\\d*"));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            LOG.debug("no memory events of task {}", taskId, e);
            return false;
        }
    }

    /** What the kernel counted for a group. */
    record Measured(long cpuNanos, long memoryBytes) {}

    /** Empty for a task without a group. */
    Optional<Measured> measure(String taskId) {
        Path group = group(taskId);
        if (!Files.isDirectory(group)) {
            return Optional.empty();
        }
        try {
            long memory = Long.parseLong(
                    Files.readString(group.resolve("memory.current")).strip());
            long dispensable = number(group.resolve("memory.stat"), "inactive_file ");
            return Optional.of(new Measured(
                    TimeUnit.MICROSECONDS.toNanos(number(group.resolve("cpu.stat"), "usage_usec ")),
                    Math.max(0, memory - dispensable)));
        } catch (IOException e) {
            LOG.debug("no figures of task {}", taskId, e);
            return Optional.empty();
        }
    }

    private static long number(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
                .findFirst()
                .orElse(0);
    }

    void remove(String taskId) {
        try {
            Files.deleteIfExists(group(taskId));
        } catch (IOException e) {
            LOG.warn("cannot remove the cgroup of task {}: {}", taskId, e.toString());
        }
    }

    private Path group(String taskId) {
        return ours.resolve(taskId);
    }
}
