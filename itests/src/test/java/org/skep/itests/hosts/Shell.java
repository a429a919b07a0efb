package org.skep.itests.hosts;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.skep.itests.Commands.Result;

/** The shell of a host's daemon, through OpenSSH's client, which keeps one connection for many lines. */
public final class Shell {

    static final String ADDRESS = "127.0.0.1:8022";

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Host host;
    private volatile String last = "not asked";

    Shell(Host host) {
        this.host = host;
    }

    public Result run(String line) {
        return run(line, "", DEADLINE);
    }

    public Result run(String line, String input, Duration deadline) {
        last = line + ": no answer";
        Result result = host.run(input.getBytes(StandardCharsets.UTF_8), deadline, ssh(line));
        last = "%s: status %d%n%s%s".formatted(line, result.status(), result.out(), result.err());
        return result;
    }

    /** The last line that was run, and what came of it. */
    public String last() {
        return last;
    }

    /** A command that runs a line, to be started by the test; to be run on the host. */
    public List<String> ssh(String line) {
        List<String> command = new ArrayList<>(List.of("ssh", "-p", "8022", "-i"));
        command.add(host.home().resolve("state/ssh/client_key").toString());
        for (String option : List.of(
                "IdentitiesOnly=yes",
                "StrictHostKeyChecking=no",
                "UserKnownHostsFile=/dev/null",
                "LogLevel=ERROR",
                "BatchMode=yes",
                "ControlMaster=auto",
                "ControlPath=/run/shell",
                "ControlPersist=yes")) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(List.of("local@127.0.0.1", line));
        return command;
    }
}
