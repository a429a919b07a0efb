package org.skep.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Changes to a directory that are on disk when the call returns. */
final class Durable {

    private Durable() {}

    /** Creates the file with this content or replaces it, or leaves all as it was. */
    static void write(Path file, ByteBuffer... content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                for (ByteBuffer part : content) {
                    ByteBuffer rest = part.duplicate();
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(next);
            throw e;
        }
        syncDirectory(file.getParent());
    }

    static void delete(Path file) throws IOException {
        Files.delete(file);
        syncDirectory(file.getParent());
    }

    /** Names of files are durable only once their directory is. */
    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
