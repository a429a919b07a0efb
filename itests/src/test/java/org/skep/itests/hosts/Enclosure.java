package org.skep.itests.hosts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.skep.itests.Commands;

/**
 * Namespaces around a first process. They end, with every process, cable and mount in them, when that process does: when
 * it is killed, and when its standard input ends, which it does however this JVM ends.
 */
final class Enclosure {

    private final Process unshare;
    private final long init;

    /** @param program runs as first process; must print its PID as seen from outside, then wait for its input's end */
    Enclosure(Path log, List<String> program) {
        List<String> command = new ArrayList<>(
                List.of("unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"));
        command.addAll(program);
        try {
            unshare = new ProcessBuilder(command).redirectError(log.toFile()).start();
            String pid = new BufferedReader(new InputStreamReader(unshare.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (pid == null) {
                throw new IllegalStateException(command + " failed: " + Files.readString(log));
            }
            init = Long.parseLong(pid.strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    long init() {
        return init;
    }

    /** How to run a command in here. */
    List<String> inside(List<String> command) {
        List<String> entered = new ArrayList<>(
                List.of("nsenter", "-t", Long.toString(init), "-m", "-u", "-i", "-n", "-p", "--", "env", "-u"));
        // what the machine's user set for the machine's engine
        entered.addAll(List.of("DOCKER_HOST", "-u", "DOCKER_CONTEXT"));
        entered.addAll(command);
        return entered;
    }

    /** Runs a command in here that must succeed. */
    String run(String... command) {
        return Commands.run(inside(List.of(command))).expectSuccess();
    }

    /** Runs lines of shell, which must succeed, in this place's network alone: PIDs and files are the machine's. */
    void onNetwork(String script) {
        Commands.run(List.of("nsenter", "-t", Long.toString(init), "-n", "--", "sh", "-ec", script))
                .expectSuccess();
    }

    /** A stopped process stops the {@code nsenter} that waits for it, too; that one must run to see it go on or end. */
    void wakeEntrances() {
        String mark = "nsenter -t " + init + " ";
        ProcessHandle.current()
                .descendants()
                .filter(p -> p.info().commandLine().orElse("").contains(mark))
                .forEach(p -> Commands.run(List.of("kill", "-s", "CONT", Long.toString(p.pid()))));
    }

    /** SIGKILL to everything in here. */
    void kill() {
        ProcessHandle.of(init).ifPresent(ProcessHandle::destroyForcibly);
        wakeEntrances();
        try {
            if (!unshare.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("processes that do not die in the place of " + init);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
