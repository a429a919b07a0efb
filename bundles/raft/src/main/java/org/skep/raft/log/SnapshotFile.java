package org.skep.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.skep.api.file.DurableFile;

/**
 * The state up to an entry, which the log before that entry is not needed for any more.
 *
 * @param index of the last entry it contains
 * @param last that entry, which a manager that is one entry behind still needs; sealed
 * @param content the state; sealed
 */
record SnapshotFile(long index, LogRecord last, ByteBuffer content) {

    private static final String NAME = "snapshot";
    private static final long MAGIC = 0x534b4550534e4150L;
    private static final int HEADER = 48;
    private static final int CHECKSUM = HEADER - Integer.BYTES;

    static Path path(Path directory) {
        return directory.resolve(NAME);
    }

    void write(Path directory) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(HEADER + last.data().length);
        start.putLong(MAGIC)
                .putLong(index)
                .putLong(last.term())
                .putLong(content.remaining())
                .putInt(last.internal() ? 1 : 0)
                .putInt(last.data().length)
                .position(HEADER)
                .put(last.data());
        start.putInt(CHECKSUM, checksum(start.rewind(), content));
        DurableFile.write(path(directory), start, content);
    }

    /** Of everything but the checksum. */
    private static int checksum(ByteBuffer start, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(start.slice(0, CHECKSUM));
        crc.update(start.slice(HEADER, start.limit() - HEADER));
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    static Optional<SnapshotFile> read(Path directory) throws IOException {
        Path file = path(directory);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() < HEADER || bytes.getLong(0) != MAGIC) {
            throw new DamagedLogException(file, 0, "its header is not that of a snapshot");
        }
        int dataLength = bytes.getInt(36);
        if (dataLength < 0 || bytes.getLong(24) != bytes.remaining() - HEADER - (long) dataLength) {
            throw new DamagedLogException(file, 0, "it is not as long as it should be");
        }
        ByteBuffer start = bytes.slice(0, HEADER + dataLength);
        ByteBuffer content = bytes.slice(HEADER + dataLength, bytes.capacity() - HEADER - dataLength);
        if (bytes.getInt(CHECKSUM) != checksum(start, content)) {
            throw new DamagedLogException(file, 0, "it does not match its checksum");
        }
        byte[] data = new byte[dataLength];
        start.get(HEADER, data);
        return Optional.of(new SnapshotFile(
                bytes.getLong(8), new LogRecord(bytes.getLong(16), bytes.getInt(32) != 0, data), content));
    }
}
