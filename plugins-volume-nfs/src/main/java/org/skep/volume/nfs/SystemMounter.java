package org.skep.volume.nfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The programs of the host: {@code mount} with its helper {@code mount.nfs}, and {@code umount}. */
final class SystemMounter implements Mounter {

    private static final int MOUNT_POINT = 4;

    private final List<String> mount;
    private final List<String> umount;
    private final Path mountInfo;
    private final Duration limit;

    SystemMounter() {
        this(List.of("mount"), List.of("umount"), Path.of("/proc/self/mountinfo"), Duration.ofSeconds(60));
    }

    SystemMounter(List<String> mount, List<String> umount, Path mountInfo, Duration limit) {
        this.mount = mount;
        this.umount = umount;
        this.mountInfo = mountInfo;
        this.limit = limit;
    }

    @Override
    public void mount(String source, Path directory, List<String> options) throws InterruptedException {
        List<String> command = new ArrayList<>(mount);
        command.addAll(List.of("-t", "nfs", "-o", String.join(",", options), source, directory.toString()));
        run(command);
    }

    @Override
    public void unmount(Path directory) throws InterruptedException {
        try {
            run(with(umount, directory.toString()));
        } catch (MountException e) {
            if (mounted(directory).isPresent()) {
                // Out of the tree now; the kernel lets go when the last user does.
                run(with(umount, "-f", "-l", directory.toString()));
            }
        }
    }

    @Override
    public Optional<String> mounted(Path directory) {
        // Never by asking the directory itself: a dead server would not answer.
        try {
            return Files.readAllLines(mountInfo, StandardCharsets.UTF_8).stream()
                    .map(line -> line.split(" "))
                    .filter(fields -> unescape(fields[MOUNT_POINT]).equals(directory.toString()))
                    .reduce((first, last) -> last)
                    .map(SystemMounter::source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Optional fields end with a dash; file system type and source follow. */
    private static String source(String[] fields) {
        int dash = List.of(fields).lastIndexOf("-");
        return unescape(fields[dash + 2]);
    }

    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(more));
        return words;
    }

    private void run(List<String> command) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new MountException("cannot run " + command.get(0) + ": " + e.getMessage());
        }
        try {
            process.getOutputStream().close();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new MountException("no answer in " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new MountException(reason(output.get(limit.toMillis(), TimeUnit.MILLISECONDS), process));
            }
        } catch (IOException | ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new MountException(e.getMessage());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static String reason(String output, Process process) {
        String reason = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
        return reason.isEmpty() ? "exit status " + process.exitValue() : reason;
    }
}
