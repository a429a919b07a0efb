package org.skep.runtime.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;

/** Starts tasks, probes and signals through small programs of the host, so that tasks outlive the daemon. */
final class Supervisor {

    private static final String RESOURCE = "supervise.pl";
    private static final long SIGNAL_SECONDS = 10;

    private final Path script;

    /** @param directory where the program is put; it goes with the version of the driver */
    Supervisor(Path directory) {
        script = directory.resolve(RESOURCE);
        try (InputStream source = Supervisor.class.getResourceAsStream(RESOURCE)) {
            Files.createDirectories(directory);
            Path unfinished = directory.resolve(RESOURCE + ".new");
            Files.copy(source, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, script, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts the task that {@code spec} in the directory describes; returns when its command runs.
     *
     * @throws SkepException if it cannot be started
     */
    void start(TaskDirectory directory) throws InterruptedException {
        Process process = launch(
                List.of("perl", script.toString(), "start", directory.path().toString()), true);
        try {
            String problem;
            try (InputStream output = process.getInputStream()) {
                problem = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                problem = e.toString();
            }
            if (process.waitFor() != 0) {
                throw SkepException.user(
                        "START_FAILED", problem.isEmpty() ? "the task cannot be started" : problem, "");
            }
        } catch (InterruptedException e) {
            // The task may have come up all the same: who interrupts stops it next.
            throw e;
        }
    }

    /** Runs a command in the task's surroundings. */
    Process probe(TaskDirectory directory, List<String> command) {
        List<String> words = new ArrayList<>(
                List.of("perl", script.toString(), "probe", directory.path().toString()));
        words.addAll(command);
        return launch(words, false);
    }

    /** @param target a process, or with a leading minus a group */
    void signal(String signal, String target) throws InterruptedException {
        Process process = launch(List.of("sh", "-c", "kill -s \"$1\" -- \"$2\"", "sh", signal, target), false);
        process.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS);
    }

    private static Process launch(List<String> command, boolean output) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            if (!output) {
                builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            }
            return builder.start();
        } catch (IOException e) {
            throw SkepException.resource(
                    "PROCESS_LAUNCH_FAILED",
                    "cannot run " + command.get(0) + ": " + e.getMessage(),
                    command.get(0).equals("perl") ? "the process runtime needs perl on this host" : "",
                    e);
        }
    }
}
