package org.skep.itests.hosts;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.skep.itests.Commands;
import org.skep.itests.Commands.Result;
import org.skep.itests.Distribution;

/** The daemon of a host, from the packaged distribution, with its clock and disk as the test wants them. */
public final class Skepd {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final String FAKETIME = "/usr/lib/%s-linux-gnu/faketime/libfaketime.so.1";

    private final Host host;
    private final Shell shell;
    private final Distribution distribution = Distribution.unpack();
    private List<String> options = List.of("--runtime", "process");
    private Duration clock = Duration.ZERO;
    private Duration disk = Duration.ZERO;
    private Process process;
    private int starts;

    Skepd(Host host) {
        this.host = host;
        this.shell = new Shell(host);
    }

    public Shell shell() {
        return shell;
    }

    /** Options besides state directory and SSH address, from the next start on; {@code --runtime process} at first. */
    public Skepd options(String... words) {
        options = List.of(words);
        return this;
    }

    /** How far its clock is ahead of the others', from the next start on. */
    public Skepd clock(Duration ahead) {
        clock = ahead;
        return this;
    }

    /** How much longer its disk takes for each sync, from the next start on. */
    public Skepd slowDisk(Duration delay) {
        disk = delay;
        return this;
    }

    /** Starts the daemon and waits until it answers. */
    public void start() {
        launch();
        awaitReady();
    }

    /** Starts the daemon without waiting for it. */
    public void launch() {
        try {
            process = new ProcessBuilder(host.command(commandLine()))
                    .redirectErrorStream(true)
                    .redirectOutput(consoleFile(++starts).toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public void awaitReady() {
        await("skepd on " + host + " answers")
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("skepd ended with " + process.exitValue() + "\n" + console());
                    }
                    return console().contains(" ready: ");
                });
    }

    private List<String> commandLine() {
        List<String> command = new ArrayList<>();
        if (!clock.isZero()) {
            command.addAll(List.of(
                    "env",
                    "LD_PRELOAD="
                            + FAKETIME.formatted(System.getProperty("os.arch").replace("amd64", "x86_64")),
                    "FAKETIME=%+ds".formatted(clock.toSeconds()),
                    "FAKETIME_DONT_FAKE_MONOTONIC=1",
                    // what libfaketime corrects here, a JVM does not need, and waits would end at once
                    "FAKETIME_FORCE_MONOTONIC_FIX=0"));
        }
        if (!disk.isZero()) {
            command.addAll(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"));
            command.addAll(List.of("-e", "trace=fsync,fdatasync", "-e"));
            command.add("inject=fsync,fdatasync:delay_exit=" + TimeUnit.MILLISECONDS.toMicros(disk.toMillis()));
        }
        command.add(distribution.skepd());
        command.addAll(arguments());
        return command;
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of("--state-dir", host.home().resolve("state").toString(), "--ssh-addr", Shell.ADDRESS));
        arguments.addAll(options);
        return arguments;
    }

    /** Runs {@code skepd} with this host's arguments and some more, expecting it to end by itself. */
    public Result run(String... more) {
        List<String> command = new ArrayList<>(List.of(distribution.skepd()));
        command.addAll(arguments());
        command.addAll(Arrays.asList(more));
        return Commands.run(host.command(command));
    }

    public boolean running() {
        return process != null && process.isAlive();
    }

    /** The PID on the machine, not on the host. */
    public long pid() {
        return process.descendants()
                .filter(p -> p.info().commandLine().orElse("").contains("org.skep.launcher.Skepd"))
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no skepd on " + host + "\n" + console()));
    }

    /** SIGTERM, as a service manager sends it. */
    public void stop() {
        signal("TERM");
        waitForEnd();
    }

    /** SIGKILL: the kernel says farewell to its peers. */
    public void kill() {
        if (running()) {
            signal("KILL");
            host.place().wakeEntrances();
            waitForEnd();
        }
    }

    /** Stops it in its tracks, until {@link #thaw}; its connections stay. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
        host.place().wakeEntrances();
    }

    private void signal(String name) {
        Commands.run(List.of("kill", "-s", name, Long.toString(pid()))).expectSuccess();
    }

    public int waitForEnd() {
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("skepd on " + host + " still runs after " + STOP + "\n" + console());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it printed since its last start. */
    public String console() {
        try {
            return Files.readString(consoleFile(starts));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path consoleFile(int start) {
        return host.home().resolve("console-" + start + ".txt");
    }

    /** Empty if there is none yet. */
    public String log() {
        Path log = host.state().resolve("log/skepd.log");
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** So that it can be read when the host, and perhaps its disk, is gone. */
    void keepLog() {
        try {
            Files.writeString(host.home().resolve("skepd.log"), log());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
