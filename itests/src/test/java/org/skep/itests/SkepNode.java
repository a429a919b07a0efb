package org.skep.itests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.skep.itests.Commands.Result;

/** A {@code skepd} in a state directory of its own, as a process. Closing it leaves nothing behind. */
final class SkepNode implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final Distribution distribution;
    private final Path stateDir;
    private final List<String> options;
    private final int sshPort;
    private Process process;
    private int starts;

    SkepNode(Path stateDir, String... options) {
        this.distribution = Distribution.unpack();
        this.stateDir = stateDir;
        this.options = List.of(options);
        this.sshPort = freePort();
    }

    /** A running node with the process runtime that is not in a swarm yet. */
    static SkepNode started(String name) {
        SkepNode node = new SkepNode(Distribution.workDirectory(name).resolve("state"), "--runtime", "process");
        node.start();
        return node;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePairOfPorts() {
        while (true) {
            int first = freePort();
            try (ServerSocket second = new ServerSocket(first + 1)) {
                return first;
            } catch (IOException | IllegalArgumentException taken) {
                // the next try gets another one
            }
        }
    }

    /** Makes a swarm, on ports that nobody else uses. */
    void init() {
        String address = "127.0.0.1:" + freePairOfPorts();
        skep("swarm", "init", "--listen-addr", address, "--advertise-addr", address)
                .expectSuccess();
    }

    Path stateDir() {
        return stateDir;
    }

    int sshPort() {
        return sshPort;
    }

    /** Starts the daemon and waits until it answers. */
    void start() {
        launch();
        await("skepd in " + stateDir + " answers")
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("skepd ended with " + process.exitValue() + "\n" + console());
                    }
                    return console().contains(" ready: ");
                });
    }

    /** Starts the daemon without waiting for it. */
    void launch() {
        List<String> command = new ArrayList<>(List.of(distribution.skepd()));
        command.addAll(arguments());
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(consoleFile(++starts).toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> arguments() {
        List<String> arguments =
                new ArrayList<>(List.of("--state-dir", stateDir.toString(), "--ssh-addr", "127.0.0.1:" + sshPort));
        arguments.addAll(options);
        return arguments;
    }

    /** Runs {@code skepd} with this node's arguments and some more, expecting it to end by itself. */
    Result skepd(String... more) {
        List<String> command = new ArrayList<>(List.of(distribution.skepd()));
        command.addAll(arguments());
        command.addAll(Arrays.asList(more));
        return Commands.run(command, new byte[0], Map.of());
    }

    Result skep(String... words) {
        return skepWithInput("", words);
    }

    Result skepWithInput(String input, String... words) {
        return skepWithInput(input.getBytes(StandardCharsets.UTF_8), words);
    }

    Result skepWithInput(byte[] input, String... words) {
        return Commands.run(skepCommand(words), input, Map.of());
    }

    List<String> skepCommand(String... words) {
        List<String> command = new ArrayList<>(List.of(distribution.skep(), "--state-dir", stateDir.toString()));
        command.addAll(Arrays.asList(words));
        return command;
    }

    /** Runs a line through OpenSSH's client, with the key the daemon made for local use. */
    Result ssh(String... words) {
        return sshAs("local", stateDir.resolve("ssh/client_key"), "", words);
    }

    Result sshAs(String user, Path key, String input, String... words) {
        List<String> command = new ArrayList<>(sshCommand(user, key));
        command.addAll(Arrays.asList(words));
        return Commands.run(command, input.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    List<String> sshCommand(String user, Path key, String... sshOptions) {
        List<String> command = new ArrayList<>(List.of(
                "ssh",
                "-p",
                Integer.toString(sshPort),
                "-i",
                key.toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "-o",
                "BatchMode=yes"));
        command.addAll(Arrays.asList(sshOptions));
        command.add(user + "@127.0.0.1");
        return command;
    }

    long pid() {
        return process.pid();
    }

    boolean running() {
        return process != null && process.isAlive();
    }

    /** SIGTERM, as a service manager sends it. */
    void stop() {
        process.destroy();
        waitForEnd(STOP);
    }

    void kill() {
        process.destroyForcibly();
        waitForEnd(STOP);
    }

    int waitForEnd(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("skepd " + process.pid() + " still runs after " + deadline + "\n" + console());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Task directories of the process runtime. */
    List<Path> tasksOnDisk() {
        Path tasks = stateDir.resolve("tasks");
        if (!Files.exists(tasks)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(tasks)) {
            return directories.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the daemon printed since its last start. */
    String console() {
        try {
            return Files.readString(consoleFile(starts));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path consoleFile(int start) {
        return stateDir.resolveSibling("console-" + start + ".txt");
    }

    /** The daemon's log, for the message of a failing test. */
    String log() {
        try {
            return Files.readString(stateDir.resolve("log/skepd.log"));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        if (!running()) {
            return;
        }
        if (Files.exists(stateDir.resolve("node.json"))) {
            // tasks outlive the daemon, so the swarm has to be left first
            skep("swarm", "leave", "--force");
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
