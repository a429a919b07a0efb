package org.skep.raft.log;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One file of the log. Not safe for use by several threads.
 *
 * <p>{@link RandomAccessFile} and not a channel, since an interrupt would close a channel under everybody's hands.
 */
final class Segment implements Closeable {

    static final int FILE_HEADER = 32;
    private static final long MAGIC = 0x534b45504c4f4731L;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}\\.log");
    private static final int SECTOR = 512;
    private static final long FRAME_BYTES = 4L << 20;

    /** Where one record lies in the file. */
    record Place(long term, boolean internal, long position, int length) {}

    private final Path file;
    private final RandomAccessFile io;
    private final long firstIndex;
    private final List<Place> places = new ArrayList<>();
    /** Behind the last sound frame. */
    private long end;
    /** Cutting it back was begun, and may not have reached the disk. */
    private boolean untrimmed;

    private Segment(Path file, RandomAccessFile io, long firstIndex) {
        this.file = file;
        this.io = io;
        this.firstIndex = firstIndex;
        this.end = FILE_HEADER;
    }

    private static boolean isSegment(Path file) {
        return NAME.matcher(file.getFileName().toString()).matches();
    }

    /** The first index by the file's name. */
    static long firstIndex(Path file) {
        return Long.parseUnsignedLong(file.getFileName().toString().substring(0, 16), 16);
    }

    private static Path name(Path directory, long firstIndex) {
        return directory.resolve(String.format("%016x.log", firstIndex));
    }

    static Segment create(Disk disk, Path directory, long firstIndex) throws IOException {
        return create(disk, directory, firstIndex, List.of());
    }

    /** Creates the file or replaces it; its records are in it from the start or not at all. */
    static Segment create(Disk disk, Path directory, long firstIndex, List<LogRecord> records) throws IOException {
        Path file = name(directory, firstIndex);
        ByteBuffer header = ByteBuffer.allocate(FILE_HEADER);
        header.putLong(MAGIC).putLong(firstIndex);
        header.putInt(FILE_HEADER - 4, Frame.checksum(header.array(), 0, FILE_HEADER - 4));
        ByteBuffer frame = records.isEmpty() ? ByteBuffer.allocate(0) : Frame.encode(firstIndex, records);
        disk.write(file, header.rewind(), frame);
        return open(file, false, 0);
    }

    /**
     * Opens and checks a file, all of it.
     *
     * @param last whether it is the newest: only there a write may have been cut short
     * @param durable entries up to this index are known to have been on disk once, so they cannot have been cut short
     */
    static Segment open(Path file, boolean last, long durable) throws IOException {
        RandomAccessFile io = new RandomAccessFile(file.toFile(), "rw");
        try {
            Segment segment = new Segment(file, io, readFirstIndex(file, io));
            segment.scan(last, durable);
            return segment;
        } catch (IOException | RuntimeException e) {
            io.close();
            throw e;
        }
    }

    private static long readFirstIndex(Path file, RandomAccessFile io) throws IOException {
        byte[] header = new byte[FILE_HEADER];
        try {
            io.readFully(header);
        } catch (EOFException e) {
            throw new DamagedLogException(file, 0, "it is too short to be a log");
        }
        ByteBuffer buffer = ByteBuffer.wrap(header);
        long index = buffer.getLong(8);
        if (buffer.getLong(0) != MAGIC
                || buffer.getInt(FILE_HEADER - 4) != Frame.checksum(header, 0, FILE_HEADER - 4)) {
            throw new DamagedLogException(file, 0, "its header is not that of a log");
        }
        if (firstIndex(file) != index) {
            throw new DamagedLogException(file, 0, "it starts with entry " + index + ", which its name contradicts");
        }
        return index;
    }

    private void scan(boolean last, long durable) throws IOException {
        long size = io.length();
        while (end < size) {
            long next = nextIndex();
            String wrong = scanFrame(size);
            if (wrong == null) {
                continue;
            }
            if (!last || next <= durable || !cutShort(size)) {
                throw new DamagedLogException(file, end, "entry " + next + " " + wrong);
            }
            return;
        }
    }

    /** Takes in the frame at the end of what is sound; says what is wrong with it, or null. */
    private String scanFrame(long size) throws IOException {
        if (size - end < Frame.HEADER) {
            return "is incomplete";
        }
        Frame.Header header = Frame.header(read(end, Frame.HEADER));
        if (header == null) {
            return "has no sound header";
        }
        if (header.firstIndex() != nextIndex()) {
            return "is followed by entry " + header.firstIndex() + " instead";
        }
        if (size - end - Frame.HEADER < header.length()) {
            return "is incomplete";
        }
        long payload = end + Frame.HEADER;
        List<Frame.Place> found = Frame.places(header, read(payload, header.length()));
        if (found == null) {
            return "does not match its checksum";
        }
        add(payload, found);
        end = payload + header.length();
        return null;
    }

    private void add(long payload, List<Frame.Place> found) {
        for (Frame.Place place : found) {
            places.add(new Place(place.term(), place.internal(), payload + place.offset(), place.length()));
        }
    }

    /**
     * Whether the unsound frame at the end can be a write that a crash cut short: such a one is the last, since the next
     * is not written before it is on disk, and it lacks whole sectors or its tail. What is complete but different was
     * changed later.
     */
    private boolean cutShort(long size) throws IOException {
        long rest = size - end;
        if (rest < Frame.HEADER) {
            return true;
        }
        Frame.Header header = Frame.header(read(end, Frame.HEADER));
        if (header == null) {
            return hasEmptySector(end, Math.min(size, end + SECTOR));
        }
        if (header.firstIndex() != nextIndex()) {
            return false;
        }
        long frameEnd = end + Frame.HEADER + header.length();
        if (frameEnd > size) {
            return true;
        }
        return frameEnd == size && hasEmptySector(end, frameEnd);
    }

    /** Whether the part of some sector that lies within these bounds holds nothing but zeros. */
    private boolean hasEmptySector(long from, long to) throws IOException {
        long start = from;
        while (start < to) {
            long stop = Math.min(to, (start / SECTOR + 1) * SECTOR);
            if (isZero(read(start, (int) (stop - start)))) {
                return true;
            }
            start = stop;
        }
        return false;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private byte[] read(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        io.seek(position);
        io.readFully(bytes);
        return bytes;
    }

    Path file() {
        return file;
    }

    long firstIndex() {
        return firstIndex;
    }

    long nextIndex() {
        return firstIndex + places.size();
    }

    /** How many bytes are sound. */
    long end() {
        return end;
    }

    boolean contains(long index) {
        return index >= firstIndex && index < nextIndex();
    }

    /** Drops what lies behind the last sound frame, durably. */
    void trim() throws IOException {
        if (untrimmed || io.length() != end) {
            untrimmed = true;
            io.setLength(end);
            io.getFD().sync();
            untrimmed = false;
        }
    }

    /**
     * Writes records, which are on disk when the call returns. After a failure those before {@link #nextIndex} are, and
     * the file must be trimmed.
     */
    void append(List<LogRecord> records) throws IOException {
        int from = 0;
        while (from < records.size()) {
            int to = frameEnd(records, from);
            write(records.subList(from, to));
            from = to;
        }
    }

    /** How many records make up the next frame: at least one, and no more than fit well into memory. */
    private static int frameEnd(List<LogRecord> records, int from) {
        long bytes = 0;
        int to = from;
        while (to < records.size() && (to == from || bytes + records.get(to).data().length <= FRAME_BYTES)) {
            bytes += records.get(to).data().length;
            to++;
        }
        return to;
    }

    /** Each frame is synced before the next one is begun: that is how a write cut short is told from damage. */
    private void write(List<LogRecord> records) throws IOException {
        ByteBuffer frame = Frame.encode(nextIndex(), records);
        io.seek(end);
        io.write(frame.array(), 0, frame.limit());
        io.getFD().sync();
        long position = end + Frame.HEADER;
        for (LogRecord record : records) {
            position += Frame.RECORD_HEADER;
            int length = record.data().length;
            places.add(new Place(record.term(), record.internal(), position, length));
            position += length;
        }
        end = position;
    }

    long term(long index) {
        return place(index).term();
    }

    boolean internal(long index) {
        return place(index).internal();
    }

    LogRecord get(long index) throws IOException {
        Place place = place(index);
        return new LogRecord(place.term(), place.internal(), read(place.position(), place.length()));
    }

    private Place place(long index) {
        return places.get(Math.toIntExact(index - firstIndex));
    }

    @Override
    public void close() throws IOException {
        io.close();
    }

    /** All files of a log, in order of their entries. */
    static List<Path> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(Segment::isSegment).sorted().toList();
        }
    }
}
