package org.skep.raft.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.skep.api.SkepException;
import org.skep.api.node.StateCipher;

/**
 * Keeps what entries and snapshots say from whoever reads the files. Each is bound to its place: an entry to its index, its
 * term and whether it is consensus's own, a snapshot to the index of its last entry. Checksums and lengths lie outside, so
 * that damage is found, and repaired, without the key.
 */
final class Seal {

    private static final byte[] ENTRY = "raft entry".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SNAPSHOT = "raft snapshot".getBytes(StandardCharsets.US_ASCII);

    private final StateCipher cipher;

    Seal(StateCipher cipher) {
        this.cipher = cipher;
    }

    /** For who looks at the files alone. */
    static Seal unbroken() {
        return new Seal(new StateCipher() {
            @Override
            public byte[] seal(byte[] plain, byte[] context) {
                throw new IllegalStateException("there is no key");
            }

            @Override
            public byte[] open(byte[] sealed, byte[] context) {
                throw new IllegalStateException("there is no key");
            }
        });
    }

    LogRecord close(long index, LogRecord plain) {
        return new LogRecord(plain.term(), plain.internal(), cipher.seal(plain.data(), context(index, plain)));
    }

    /** @throws SkepException {@code STATE_DAMAGED} */
    LogRecord open(long index, LogRecord sealed) {
        return new LogRecord(sealed.term(), sealed.internal(), cipher.open(sealed.data(), context(index, sealed)));
    }

    ByteBuffer close(long index, ByteBuffer snapshot) {
        return ByteBuffer.wrap(cipher.seal(bytes(snapshot), context(index)));
    }

    /** @throws SkepException {@code STATE_DAMAGED} */
    ByteBuffer open(long index, ByteBuffer sealed) {
        return ByteBuffer.wrap(cipher.open(bytes(sealed), context(index)));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] context(long index, LogRecord record) {
        return ByteBuffer.allocate(ENTRY.length + 2 * Long.BYTES + 1)
                .put(ENTRY)
                .putLong(index)
                .putLong(record.term())
                .put((byte) (record.internal() ? 1 : 0))
                .array();
    }

    private static byte[] context(long index) {
        return ByteBuffer.allocate(SNAPSHOT.length + Long.BYTES)
                .put(SNAPSHOT)
                .putLong(index)
                .array();
    }
}
