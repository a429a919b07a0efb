package org.skep.raft.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How records lie in a file: what is written and synced together is one frame. The header has a checksum of its own, so
 * that its length can be trusted when the rest is damaged: then it is known whether something follows, which tells a
 * write cut short from damage.
 *
 * <pre>
 * header   magic:4 length:4 count:4 checksum of the payload:4 first index:8 zero:4 checksum of the header:4
 * payload  count times  term:8 internal:1 length:4 data
 * </pre>
 */
final class Frame {

    static final int HEADER = 32;
    static final int RECORD_HEADER = 13;
    private static final int MAGIC = 0x534b4651;
    private static final int CHECKED_HEADER = HEADER - Integer.BYTES;

    private Frame() {}

    /** What a sound header says. */
    record Header(int length, int count, int checksum, long firstIndex) {}

    /** Where a record lies, counted from the start of the payload. */
    record Place(long term, boolean internal, int offset, int length) {}

    static ByteBuffer encode(long firstIndex, List<LogRecord> records) {
        int length = 0;
        for (LogRecord record : records) {
            length = Math.addExact(length, RECORD_HEADER + record.data().length);
        }
        ByteBuffer frame = ByteBuffer.allocate(Math.addExact(HEADER, length));
        frame.position(HEADER);
        for (LogRecord record : records) {
            frame.putLong(record.term())
                    .put((byte) (record.internal() ? 1 : 0))
                    .putInt(record.data().length)
                    .put(record.data());
        }
        frame.putInt(0, MAGIC)
                .putInt(4, length)
                .putInt(8, records.size())
                .putInt(12, checksum(frame.array(), HEADER, length))
                .putLong(16, firstIndex)
                .putInt(24, 0)
                .putInt(CHECKED_HEADER, checksum(frame.array(), 0, CHECKED_HEADER));
        return frame.rewind();
    }

    /** The header, or null if these bytes are not a sound one. */
    static Header header(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getInt(0) != MAGIC || buffer.getInt(CHECKED_HEADER) != checksum(bytes, 0, CHECKED_HEADER)) {
            return null;
        }
        return new Header(buffer.getInt(4), buffer.getInt(8), buffer.getInt(12), buffer.getLong(16));
    }

    /** Where the records are, or null if the payload is not what was written. */
    static List<Place> places(Header header, byte[] payload) {
        if (checksum(payload, 0, payload.length) != header.checksum()) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(payload);
        List<Place> places = new ArrayList<>(header.count());
        for (int i = 0; i < header.count(); i++) {
            long term = buffer.getLong();
            boolean internal = buffer.get() != 0;
            int length = buffer.getInt();
            places.add(new Place(term, internal, buffer.position(), length));
            buffer.position(buffer.position() + length);
        }
        return places;
    }

    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
