package org.skep.api.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Changes to small files that are on disk when the call returns. Callers see to it that a file has one writer at a time. */
public final class DurableFile {

    private static final String UNFINISHED = ".new";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DurableFile() {}

    /**
     * Creates the file with this content, or replaces it as a whole: whatever happens meanwhile, it is the old one or the
     * new one. Only its owner may read it. Until it is complete it stands beside itself as {@code NAME.new}.
     *
     * @param file in a directory that exists
     * @param content one after the other; the buffers' positions stay
     * @throws IOException if it cannot be written; then all is as it was, unless the directory alone could not be synced: then
     *     it is the new one for as long as there is no crash
     */
    public static void write(Path file, ByteBuffer... content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, OWNER_ONLY);
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
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

    /** Like {@link #write(Path, ByteBuffer...)}. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, ByteBuffer.wrap(content));
    }

    /** @throws IOException if the file cannot be deleted, or is not there */
    public static void delete(Path file) throws IOException {
        Files.delete(file);
        syncDirectory(file.getParent());
    }

    /** Makes what was created, renamed or deleted in the directory durable: names are so only once their directory is. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
