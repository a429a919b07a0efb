package org.skep.runtime.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.api.file.DirectoryTree;

/** Everything a task has on disk; what the daemon and the supervisor of the task tell each other. */
record TaskDirectory(Path path) {

    private static final String RUNNING = "running";
    private static final String EXIT = "exit";
    private static final String REASON = "reason";
    private static final String PORTS = "ports";

    /** Who runs: the task's first process and its supervisor. */
    record Running(ProcessIdentity task, ProcessIdentity supervisor) {}

    /** The directory the command starts in, with the links to its mounts. */
    Path work() {
        return path.resolve("work");
    }

    Path spec() {
        return path.resolve("spec");
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    void create() throws IOException {
        Files.createDirectories(path);
        // Others may pass through to the working directory, and see nothing else.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
        Files.createDirectories(work());
    }

    Optional<Running> running() throws IOException {
        Optional<String> text = read(RUNNING);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String[] lines = text.get().split("\n");
        return Optional.of(
                new Running(ProcessIdentity.parse(lines[0], lines[2]), ProcessIdentity.parse(lines[1], lines[2])));
    }

    Optional<Integer> exitCode() throws IOException {
        return read(EXIT).map(text -> Integer.parseInt(text.strip()));
    }

    /** What ended the task beyond its exit code, as far as the daemon had a hand in it. */
    String reason() throws IOException {
        return read(REASON).orElse("");
    }

    void reason(String reason) throws IOException {
        write(REASON, reason);
    }

    Optional<String> ports() throws IOException {
        return read(PORTS);
    }

    void ports(String ports) throws IOException {
        write(PORTS, ports);
    }

    /** Log files, oldest first. */
    List<Path> logs() throws IOException {
        List<Path> logs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "log.*")) {
            files.forEach(logs::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        logs.sort(null);
        return logs;
    }

    /** Links are removed, what they lead to is not. */
    void delete() throws IOException {
        DirectoryTree.delete(path);
    }

    private Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(Files.readString(path.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void write(String name, String content) throws IOException {
        Path unfinished = path.resolve(name + ".new");
        Files.writeString(unfinished, content);
        Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
