package org.skep.itests;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
public final class Commands {

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private Commands() {}

    public static Result run(List<String> command) {
        return run(command, new byte[0], Map.of());
    }

    public static Result run(List<String> command, byte[] input, Map<String, String> environment) {
        return run(command, input, environment, DEADLINE);
    }

    public static Result run(List<String> command, byte[] input, Map<String, String> environment, Duration deadline) {
        try {
            Path out = Files.createTempFile("skep-out", ".txt");
            Path err = Files.createTempFile("skep-err", ".txt");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input);
            } catch (IOException ignored) {
                // the program does not read its input
            }
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(
                        command + " did not end within " + deadline + "\n" + text(out) + "\n" + text(err));
            }
            Result result = new Result(command, process.exitValue(), text(out), text(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /** How a program ended. */
    public record Result(List<String> command, int status, String out, String err) {

        /** Its output, after checking that it succeeded. */
        public String expectSuccess() {
            return expect(0).out();
        }

        public Result expect(int expected) {
            if (status != expected) {
                throw new AssertionError("%s ended with %d, not %d%n--- stdout%n%s%n--- stderr%n%s"
                        .formatted(command, status, expected, out, err));
            }
            return this;
        }

        public List<String> lines() {
            return out.lines().toList();
        }
    }
}
