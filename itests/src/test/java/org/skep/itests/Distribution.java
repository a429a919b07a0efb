package org.skep.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tar.gz that users get, unpacked. */
public record Distribution(Path home) {

    private static final Path ARCHIVE = Path.of(System.getProperty("skep.distribution"));
    private static final Path WORK = Path.of(System.getProperty("skep.work"));

    /**
     * Unpacked anew whenever the archive is younger than what was unpacked before, and with class-data archives, as installed
     * by who starts it often.
     */
    public static synchronized Distribution unpack() {
        try {
            Files.createDirectories(WORK);
            // one at a time: test JVMs run side by side
            try (FileChannel file = FileChannel.open(WORK.resolve("lock"), CREATE, WRITE);
                    FileLock lock = file.lock()) {
                Path stamp = WORK.resolve("unpacked");
                if (!Files.exists(stamp)
                        || Files.getLastModifiedTime(stamp).compareTo(Files.getLastModifiedTime(ARCHIVE)) < 0) {
                    run("rm", "-rf", home(WORK).toString());
                    run("tar", "-xzf", ARCHIVE.toString(), "-C", WORK.toString());
                    run(home(WORK).resolve("bin/skep-cds").toString());
                    Files.deleteIfExists(stamp);
                    Files.createFile(stamp);
                }
            }
            return new Distribution(home(WORK));
        } catch (IOException e) {
            throw new IllegalStateException("cannot unpack " + ARCHIVE, e);
        }
    }

    private static void run(String... command) {
        Commands.run(List.of(command)).expectSuccess();
    }

    private static Path home(Path work) {
        String archive = ARCHIVE.getFileName().toString();
        return work.resolve(archive.substring(0, archive.length() - ".tar.gz".length()));
    }

    /** A new directory for one test to work in; short, for Unix sockets live in it. */
    public static Path workDirectory(String name) {
        try {
            Files.createDirectories(WORK);
            return Files.createTempDirectory(WORK, name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The project's sources, for what the tests share with the quick start and the examples. */
    public static Path sources() {
        return Path.of(System.getProperty("skep.sources"));
    }

    public String skepd() {
        return home.resolve("bin/skepd").toString();
    }

    public String skep() {
        return home.resolve("bin/skep").toString();
    }

    /** The SPIs, which the launcher holds and its framework exports. */
    Path api() {
        return only(home.resolve("lib"), "org.skep.api");
    }

    /** What the launcher shares with the bundles, as clauses of {@code Export-Package}. */
    List<String> sharedPackages() {
        return Stream.of("org.skep.api", "picocli", "slf4j-api")
                .map(prefix -> only(home.resolve("lib"), prefix))
                .flatMap(jar -> Manifests.exportClauses(jar).stream())
                .map(clause -> clause.replaceAll(";uses:=\"[^\"]*\"", "").replace("\"", ""))
                .toList();
    }

    private static Path only(Path directory, String prefix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every bundle of the distribution, in the order of its start levels. */
    List<Path> bundles() {
        try (Stream<Path> files = Files.walk(home.resolve("bundles"))) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
