package org.skep.itests.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.skep.itests.hosts.Host;

/** A line of the shell that goes on printing, until it is closed. */
final class Follower implements AutoCloseable {

    private final Process process;
    private final Path output;

    Follower(Host host, String line) throws IOException {
        output = Files.createTempFile(host.home(), "follow", ".txt");
        process = new ProcessBuilder(host.command(host.skepd().shell().ssh(line)))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    List<String> lines() {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a line that contains what the supplier says; asks it again and again. */
    void await(Supplier<String> text) {
        Swarm.eventually("a line comes", () -> {
            String wanted = text.get();
            return lines().stream().anyMatch(line -> line.contains(wanted));
        });
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
