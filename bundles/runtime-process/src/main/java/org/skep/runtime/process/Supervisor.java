package org.skep.runtime.process;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static java.lang.ProcessBuilder.Redirect.PIPE;

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

/** Starts tasks, probes, commands and signals through small programs of the host, so that tasks outlive the daemon. */
final class Supervisor {

    private static final String SUPERVISE = "supervise.pl";
    private static final String EXEC = "exec.pl";
    private static final List<String> PROGRAMS = List.of("task.pl", SUPERVISE, EXEC);
    private static final ProcessBuilder.Redirect NO_INPUT =
            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile());
    private static final long SIGNAL_SECONDS = 10;

    private final Path programs;

    /** @param directory where the programs are put; they go with the version of the driver */
    Supervisor(Path directory) {
        programs = directory;
        try {
            Files.createDirectories(directory);
            for (String program : PROGRAMS) {
                install(program);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void install(String program) throws IOException {
        try (InputStream source = Supervisor.class.getResourceAsStream(program)) {
            Path unfinished = programs.resolve(program + ".new");
            Files.copy(source, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, programs.resolve(program), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Starts the task that {@code spec} in the directory describes; returns when its command runs.
     *
     * @throws SkepException if it cannot be started
     */
    void start(TaskDirectory directory) throws InterruptedException {
        Process process = launch(perl(SUPERVISE, "start", directory), NO_INPUT, PIPE);
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
        List<String> words = new ArrayList<>(perl(SUPERVISE, "probe", directory));
        words.addAll(command);
        return launch(words, NO_INPUT, DISCARD);
    }

    /** The program that runs a command inside a task; it reads first which. */
    Process exec(TaskDirectory directory) {
        return launch(
                List.of(
                        "perl",
                        programs.resolve(EXEC).toString(),
                        directory.path().toString()),
                PIPE,
                PIPE);
    }

    private List<String> perl(String program, String mode, TaskDirectory directory) {
        return List.of(
                "perl",
                programs.resolve(program).toString(),
                mode,
                directory.path().toString());
    }

    /** @param target a process, or with a leading minus a group */
    void signal(String signal, String target) throws InterruptedException {
        Process process =
                launch(List.of("sh", "-c", "kill -s \"$1\" -- \"$2\"", "sh", signal, target), NO_INPUT, DISCARD);
        process.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS);
    }

    private static Process launch(List<String> command, ProcessBuilder.Redirect input, ProcessBuilder.Redirect output) {
        try {
            return new ProcessBuilder(command)
                    .redirectInput(input)
                    .redirectOutput(output)
                    .redirectError(DISCARD)
                    .start();
        } catch (IOException e) {
            throw SkepException.resource(
                    "PROCESS_LAUNCH_FAILED",
                    "cannot run " + command.get(0) + ": " + e.getMessage(),
                    command.get(0).equals("perl") ? "the process runtime needs perl on this host" : "",
                    e);
        }
    }
}
