package org.skep.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.api.file.DirectoryTree;
import org.skep.api.file.DurableFile;

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
            DurableFile.syncDirectory(directory);
        }
    }

    /** Replaces the file as a whole: it is the old one or the new one, whatever happens meanwhile. */
    void write(Identity value) throws IOException {
        String text = FORM.formatted(
                value.nodeId(), value.clusterId(), value.phase().name().toLowerCase(Locale.ROOT));
        DurableFile.write(identity, text.getBytes(StandardCharsets.UTF_8));
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
        DirectoryTree.delete(directory.resolve(LOG));
        DirectoryTree.delete(directory.resolve(WORKER));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, STORE + "*")) {
            for (Path file : files) {
                DirectoryTree.delete(file);
            }
        }
        Files.deleteIfExists(identity);
        Files.deleteIfExists(leaving);
        DurableFile.syncDirectory(directory);
    }
}
