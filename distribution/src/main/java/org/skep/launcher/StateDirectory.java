package org.skep.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.skep.api.file.IoReasons;

/** The directory of everything this node keeps, held by one daemon at a time. */
final class StateDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel lock;

    private StateDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes the directory if need be, for its owner alone, and takes its lock until {@link #close}. */
    static StateDirectory open(Path path) {
        try {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.isWritable(path)) {
                throw StartException.failed("no permission to write to the state directory " + path, null);
            }
            FileChannel lock = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            take(path, lock);
            return new StateDirectory(path, lock);
        } catch (IOException e) {
            throw StartException.failed("cannot use the state directory " + path + ": " + IoReasons.of(e), e);
        }
    }

    private static void take(Path path, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            ByteBuffer holder = ByteBuffer.allocate(32);
            channel.read(holder, 0);
            channel.close();
            String pid =
                    StandardCharsets.US_ASCII.decode(holder.flip()).toString().strip();
            throw StartException.failed(
                    "the state directory " + path + " is in use by another skepd, process " + pid, null);
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
    }

    Path path() {
        return path;
    }

    /** A directory in it, made if need be. */
    Path directory(String name) {
        try {
            return Files.createDirectories(
                    path.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw StartException.failed("cannot make " + path.resolve(name) + ": " + IoReasons.of(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
