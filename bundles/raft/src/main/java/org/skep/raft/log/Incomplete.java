package org.skep.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.api.file.DurableFile;

/** The mark in a log that was cut back for repair: until the others have sent the rest again, it lacks what was acknowledged. */
final class Incomplete {

    private static final String NAME = "incomplete";

    private Incomplete() {}

    static boolean isMarked(Path directory) {
        return Files.exists(directory.resolve(NAME));
    }

    static void mark(Path directory) throws IOException {
        DurableFile.write(directory.resolve(NAME), ByteBuffer.allocate(0));
    }

    static void clear(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(NAME));
        DurableFile.syncDirectory(directory);
    }
}
