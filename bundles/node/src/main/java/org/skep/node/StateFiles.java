package org.skep.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a swarm leaves in the state directory, and the file that says which swarm it is. */
final class StateFiles {

    private static final String LOG = "raft";
    private static final String STORE = "store.db";
    private static final String WORKER = "worker";

    private static final String FORM = """
            {
              "nodeId": "%s",
              "clusterId": "%s",
              "phase": "%s"
            }
            """;
    private static final Pattern FIELDS = Pattern.compile("\\s*\\{\\s*\"nodeId\"\\s*:\\s*\"([0-9a-z]{25})\"\\s*,"
            + "\\s*\"clusterId\"\\s*:\\s*\"([0-9a-z]{25})\"\\s*,\\s*\"phase\"\\s*:\\s*\"(\\w+)\"\\s*}\\s*");

    private final Path directory;
    private final Path identity;
    private final Path leaving;

    StateFiles(Path directory) {
        this.directory = directory;
        this.identity = directory.resolve("node.json");
        this.leaving = directory.resolve("node.json.leaving");
    }

    Path identityFile() {
        return identity;
    }

    /** @throws IOException if the file cannot be read, or says nothing that makes sense */
    Optional<Identity> read() throws IOException {
        Optional<Identity> known = read(leaving).map(left -> left.in(Identity.Phase.LEAVING));
        return known.isPresent() ? known : read(identity);
    }

    private static Optional<Identity> read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Matcher fields = FIELDS.matcher(text);
        if (!fields.matches()) {
            throw new IOException("it is damaged");
        }
        try {
            Identity.Phase phase = Identity.Phase.valueOf(fields.group(3).toUpperCase(Locale.ROOT));
            return Optional.of(new Identity(fields.group(1), fields.group(2), phase));
        } catch (IllegalArgumentException e) {
            throw new IOException("it is damaged", e);
        }
    }

    /** The node is on its way out of the swarm. A new name for the file, because that needs no room on a full disk. */
    void markLeaving() throws IOException {
        if (Files.exists(identity)) {
            Files.move(identity, leaving, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync();
        }
    }

    /** Replaces the file as a whole: it is the old one or the new one, whatever happens meanwhile. */
    void write(Identity value) throws IOException {
        Path fresh = directory.resolve("node.json.new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            String text = FORM.formatted(
                    value.nodeId(), value.clusterId(), value.phase().name().toLowerCase(Locale.ROOT));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, identity, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        sync();
    }

    /** The file of a swarm that is here though no identity is; deleting it could cost somebody's state. */
    Optional<Path> leftover() {
        for (String name : new String[] {LOG, STORE}) {
            Path path = directory.resolve(name);
            if (Files.exists(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Deletes all that the swarm left; the identity last, so that a start in between knows what to go on with. */
    void wipe() throws IOException {
        deleteTree(directory.resolve(LOG));
        deleteTree(directory.resolve(WORKER));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, STORE + "*")) {
            for (Path file : files) {
                deleteTree(file);
            }
        }
        Files.deleteIfExists(identity);
        Files.deleteIfExists(leaving);
        sync();
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Makes renames and deletions in the directory durable. */
    private void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
