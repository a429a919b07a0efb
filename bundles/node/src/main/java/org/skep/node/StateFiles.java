package org.skep.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.skep.api.file.DirectoryTree;
import org.skep.api.file.DurableFile;

/** What a swarm leaves in the state directory, and the file that says which swarm it is. */
final class StateFiles {

    private static final String LOG = "raft";
    private static final String OLD_LOG = "raft.old";
    private static final String STORE = "store.db";
    private static final String WORKER = "worker";

    private final Path directory;
    private final Path record;
    private final Path leaving;

    StateFiles(Path directory) {
        this.directory = directory;
        this.record = directory.resolve("node.json");
        this.leaving = directory.resolve("node.json.leaving");
    }

    Path recordFile() {
        return record;
    }

    /** @throws IOException if the file cannot be read, or says nothing that makes sense */
    Optional<NodeRecord> read() throws IOException {
        Optional<NodeRecord> known = read(leaving).map(left -> left.in(NodeRecord.Phase.LEAVING));
        return known.isPresent() ? known : read(record);
    }

    private static Optional<NodeRecord> read(Path file) throws IOException {
        try {
            return Optional.of(NodeRecordForm.read(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The node is on its way out of the swarm. A new name for the file, because that needs no room on a full disk. */
    void markLeaving() throws IOException {
        if (Files.exists(record)) {
            Files.move(record, leaving, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            DurableFile.syncDirectory(directory);
        }
    }

    /** Replaces the file as a whole: it is the old one or the new one, whatever happens meanwhile. */
    void write(NodeRecord value) throws IOException {
        DurableFile.write(record, NodeRecordForm.write(value).getBytes(StandardCharsets.UTF_8));
    }

    /** The file of a swarm that is here though no record is; deleting it could cost somebody's state. */
    Optional<Path> leftover() {
        return List.of(LOG, STORE).stream()
                .map(directory::resolve)
                .filter(Files::exists)
                .findFirst();
    }

    /**
     * Deletes what the node had as a manager, so that it knows nothing when it becomes one again. Whatever happens
     * meanwhile, it has its log or none: the store, which must never be ahead of the log, goes first.
     */
    void wipeManager() throws IOException {
        wipeStore();
        Path log = directory.resolve(LOG);
        Path old = directory.resolve(OLD_LOG);
        DirectoryTree.delete(old);
        if (Files.exists(log)) {
            Files.move(log, old, StandardCopyOption.ATOMIC_MOVE);
            DurableFile.syncDirectory(directory);
        }
        DirectoryTree.delete(old);
    }

    private void wipeStore() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, STORE + "*")) {
            for (Path file : files) {
                DirectoryTree.delete(file);
            }
        }
        DurableFile.syncDirectory(directory);
    }

    /** Deletes all that the swarm left; the record last, so that a start in between knows what to go on with. */
    void wipe() throws IOException {
        wipeManager();
        DirectoryTree.delete(directory.resolve(WORKER));
        Files.deleteIfExists(record);
        Files.deleteIfExists(leaving);
        DurableFile.syncDirectory(directory);
    }
}
