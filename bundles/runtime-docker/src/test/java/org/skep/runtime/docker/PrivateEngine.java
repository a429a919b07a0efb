package org.skep.runtime.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.skep.api.testing.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An engine of a test's own, that it may kill. Has no networks. */
final class PrivateEngine implements AutoCloseable {

    private final Path home;
    private final List<String> options;
    private Process process;

    PrivateEngine(String... options) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to start a Docker Engine of its own");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/dockerd")), "needs dockerd (Debian: docker.io)");
        assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "needs busybox (Debian: busybox-static)");
        // Not in java.io.tmpdir: the path of a socket must be short.
        home = Files.createTempDirectory(Path.of("/var/tmp"), "skep-engine");
        this.options = List.of(options);
        start();
        importImage();
    }

    EngineAddress address() {
        return EngineAddress.of("unix://" + home.resolve("socket"));
    }

    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // In a network of its own: an engine without a bridge removes the one it finds.
                "unshare",
                "--net",
                "dockerd",
                "--data-root=" + home.resolve("data"),
                "--exec-root=" + home.resolve("exec"),
                "--pidfile=" + home.resolve("pid"),
                "--host=unix://" + home.resolve("socket"),
                "--config-file=" + Files.writeString(home.resolve("daemon.json"), "{}"),
                "--bridge=none",
                "--iptables=false",
                "--ip-forward=false"));
        command.addAll(options);
        Files.deleteIfExists(home.resolve("pid"));
        // Of a containerd that was killed with its engine; where nobody reaps it, the next engine would wait for it.
        Files.deleteIfExists(home.resolve("exec/containerd/containerd.pid"));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                .start();
        eventually("the engine answers", this::answers);
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new AssertionError("dockerd ended: " + read(home.resolve("log")));
        }
        try {
            run("docker", "-H", address().uri().toString(), "version");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As by a crash: containers are left to themselves. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As by an operator: containers end, too, unless the engine was told to leave them. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor(30, TimeUnit.SECONDS);
    }

    private void importImage() throws IOException {
        Path bin = Files.createDirectories(home.resolve("root/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String applet : List.of("sh", "sleep", "echo", "true")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Path archive = home.resolve("image.tar");
        run("tar", "-C", home.resolve("root").toString(), "-cf", archive.toString(), ".");
        run("docker", "-H", address().uri().toString(), "import", archive.toString(), "busybox:latest");
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        // What a killed engine leaves behind: its containerd, and what that runs.
        ProcessHandle.allProcesses()
                .filter(other -> other.info().commandLine().orElse("").contains(home.toString()))
                .forEach(ProcessHandle::destroyForcibly);
        run("sh", "-c", "cut -d' ' -f2 /proc/mounts | grep '^" + home + "/' | sort -r | xargs -r -n 1 umount -l");
        Files.walkFileTree(home, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
