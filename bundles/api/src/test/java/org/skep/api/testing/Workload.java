package org.skep.api.testing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.skep.api.runtime.HealthCheck;

/**
 * What a task does, in words that both a shell and a fake understand. It first prints {@code stdout}, then
 * {@code stderr}, then its input until that ends if it is {@code echoing}, then ends with {@code exit} or runs until it
 * is stopped.
 *
 * @param stdout lines; {@code $NAME} stands for the environment
 * @param stderr lines, as {@code stdout}
 * @param exit empty for a task that runs until it is stopped
 * @param deaf ignores its stop signal
 * @param health of its health check; has none if empty
 */
public record Workload(
        List<String> stdout,
        List<String> stderr,
        boolean echoing,
        OptionalInt exit,
        boolean deaf,
        Optional<Boolean> health) {

    /** How long a deaf task of the kits is asked before it is killed. */
    public static final Duration GRACE = Duration.ofSeconds(1);

    public Workload {
        stdout = List.copyOf(stdout);
        stderr = List.copyOf(stderr);
    }

    public static Workload running() {
        return new Workload(List.of(), List.of(), false, OptionalInt.empty(), false, Optional.empty());
    }

    public static Workload exiting(int code) {
        return new Workload(List.of(), List.of(), false, OptionalInt.of(code), false, Optional.empty());
    }

    public Workload printing(String... lines) {
        return new Workload(List.of(lines), stderr, echoing, exit, deaf, health);
    }

    public Workload complaining(String... lines) {
        return new Workload(stdout, List.of(lines), echoing, exit, deaf, health);
    }

    public Workload echoingInput() {
        return new Workload(stdout, stderr, true, exit, deaf, health);
    }

    public Workload ignoringStop() {
        return new Workload(stdout, stderr, echoing, exit, true, health);
    }

    public Workload healthy(boolean value) {
        return new Workload(stdout, stderr, echoing, exit, deaf, Optional.of(value));
    }

    /** The health check that goes with it, quick to judge. */
    public Optional<HealthCheck> healthCheck() {
        return health.map(healthy -> new HealthCheck(
                List.of("CMD-SHELL", healthy ? "exit 0" : "exit 1"),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                2,
                Duration.ZERO,
                Duration.ZERO));
    }

    /** The same as a POSIX shell script. */
    public String script() {
        StringBuilder script = new StringBuilder();
        if (deaf) {
            script.append("trap '' TERM INT\n");
        } else {
            script.append("trap 'exit 143' TERM\n");
        }
        stdout.forEach(line -> script.append("echo \"").append(line).append("\"\n"));
        stderr.forEach(line -> script.append("echo \"").append(line).append("\" >&2\n"));
        if (echoing) {
            script.append("cat\n");
        }
        exit.ifPresentOrElse(
                code -> script.append("exit ").append(code).append('\n'),
                // Short naps: a shell runs its trap only between two commands.
                () -> script.append("while :; do sleep 0.1; done\n"));
        return script.toString();
    }
}
