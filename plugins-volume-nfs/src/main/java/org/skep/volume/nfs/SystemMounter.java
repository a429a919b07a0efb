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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The programs of the host: {@code mount} with its helper {@code mount.nfs}, and {@code umount}. */
final class SystemMounter implements Mounter {

    private static final Logger LOG = LoggerFactory.getLogger(SystemMounter.class);
    private static final int MOUNT_POINT = 4;

    /** A task is over: nobody gains by waiting for a server that does not answer. */
    private static final Duration UNMOUNT_LIMIT = Duration.ofSeconds(10);

    private final List<String> mount;
    private final List<String> umount;
    private final Path mountInfo;
    private final Duration limit;
    private final Duration unmountLimit;

    SystemMounter() {
        this(List.of("mount"), List.of("umount"), Path.of("/proc/self/mountinfo"), Duration.ofSeconds(60));
    }

    SystemMounter(List<String> mount, List<String> umount, Path mountInfo, Duration limit) {
        this.mount = mount;
        this.umount = umount;
        this.mountInfo = mountInfo;
        this.limit = limit;
        this.unmountLimit = limit.compareTo(UNMOUNT_LIMIT) < 0 ? limit : UNMOUNT_LIMIT;
    }

    @Override
    public void mount(String source, Path directory, List<String> options) throws InterruptedException {
        List<String> command = new ArrayList<>(mount);
        command.addAll(List.of("-t", "nfs", "-o", String.join(",", options), source, directory.toString()));
        run(command, limit);
    }

    @Override
    public void unmount(Path directory) throws InterruptedException {
        try {
            run(with(umount, directory.toString()), unmountLimit);
        } catch (MountException e) {
            if (mounted(directory).isPresent()) {
                LOG.info("{} cannot be unmounted, so it is cut off: {}", directory, e.getMessage());
                cutOff(directory);
            }
        }
    }

    /** Out of the tree now; the kernel lets go of the rest when the last user does. */
    private void cutOff(Path directory) throws InterruptedException {
        try {
            // Neither the helper of NFS nor a look at the path may be tried: both would ask the server.
            run(with(umount, "-i", "-c", "-f", "-l", directory.toString()), unmountLimit);
        } catch (MountException e) {
            // It may still be saying good-bye to a dead server, though the mount has left the tree.
            if (mounted(directory).isPresent()) {
                throw e;
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

    private static void run(List<String> command, Duration limit) throws InterruptedException {
        Path output = null;
        try {
            // A file, not a pipe: nobody has to wait for the end of a program that hangs in the kernel.
            output = Files.createTempFile("skep-mount", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().put("LC_ALL", "C");
            await(builder.start(), output, limit);
        } catch (IOException e) {
            throw new MountException("cannot run " + command.get(0) + ": " + e.getMessage());
        } finally {
            delete(output);
        }
    }

    private static void await(Process process, Path output, Duration limit) throws IOException, InterruptedException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new MountException("no answer in " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new MountException(reason(Files.readString(output), process));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("{} stays", file, e);
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
