package org.skep.runtime.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.skep.api.runtime.TaskUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the processes of a session use, as the kernel shows it for each. What ended counts as long as its parent lives.
 * They share the host's network, so that nothing is known of that.
 */
final class ProcessUsage {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessUsage.class);

    /** The kernel's USER_HZ, the same on all processors that Linux runs on today. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int SESSION = 3;
    private static final int FIRST_TIME = 11;
    private static final int LAST_TIME = 14;

    private final String session;
    private long cpuNanos;
    private long memoryBytes;
    private long readBytes;
    private long writtenBytes;
    private long threads;

    private ProcessUsage(long session) {
        this.session = Long.toString(session);
    }

    /**
     * @param measured processor time and memory, if a cgroup tells them more exactly
     * @param limit of memory; 0 for none
     */
    static TaskUsage of(long session, Optional<Cgroups.Measured> measured, long limit) {
        ProcessUsage usage = new ProcessUsage(session);
        usage.addAll();
        return new TaskUsage(
                Instant.now(),
                measured.map(Cgroups.Measured::cpuNanos).orElse(usage.cpuNanos),
                measured.map(Cgroups.Measured::memoryBytes).orElse(usage.memoryBytes),
                limit > 0 ? limit : Host.memoryBytes(),
                0,
                0,
                usage.readBytes,
                usage.writtenBytes,
                usage.threads);
    }

    private void addAll() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                add(process);
            }
        } catch (IOException e) {
            LOG.warn("cannot read /proc: {}", e.toString());
        }
    }

    private void add(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            // The name in parentheses may hold anything, even a parenthesis; numbers follow the last one.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            if (!fields[SESSION].equals(session)) {
                return;
            }
            cpuNanos += NANOS_PER_TICK
                    * Arrays.stream(fields, FIRST_TIME, LAST_TIME + 1)
                            .mapToLong(Long::parseLong)
                            .sum();
            memoryBytes += number(process.resolve("status"), "VmRSS:") << 10;
            threads += number(process.resolve("status"), "Threads:");
            readBytes += number(process.resolve("io"), "read_bytes:");
            writtenBytes += number(process.resolve("io"), "write_bytes:");
        } catch (IOException e) {
            LOG.trace("{} is gone, or not ours to look at", process, e);
        }
    }

    private static long number(Path file, String name) throws IOException {
        return Files.readString(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
