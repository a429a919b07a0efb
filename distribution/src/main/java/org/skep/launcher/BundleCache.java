package org.skep.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.api.file.DirectoryTree;

/**
 * The framework's memory of what is installed, kept between starts. The mark in it says which distribution it was
 * filled from; without a mark it may be half-filled and is not trusted.
 */
final class BundleCache {

    private final Path directory;
    private final Path mark;

    BundleCache(Path directory) {
        this.directory = directory;
        mark = directory.resolve("distribution");
    }

    Path directory() {
        return directory;
    }

    boolean filledFrom(String fingerprint) {
        try {
            return Files.exists(mark) && Files.readString(mark).equals(fingerprint);
        } catch (IOException e) {
            return false;
        }
    }

    void mark(String fingerprint) throws IOException {
        Files.writeString(mark, fingerprint);
    }

    void clear() throws IOException {
        DirectoryTree.delete(directory);
    }
}
