package org.skep.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.api.file.DurableFile;

/**
 * The current term and the vote in it. Two slots are written in turn and in place: a write cut short leaves the other
 * one, and a full disk does not matter.
 */
final class VoteFile implements Closeable {

    private static final String NAME = "vote";
    private static final int SLOT = 512;
    private static final int HEADER = 32;
    private static final int MAGIC = 0x534b5654;

    /**
     * What is kept.
     *
     * @param vote the member voted for, in the form consensus gave it; empty if none
     */
    record Vote(long term, byte[] vote) {}

    private record Slot(long sequence, Vote vote) {}

    private final RandomAccessFile io;
    private long sequence;
    private Vote current;

    private VoteFile(RandomAccessFile io, Slot newest) {
        this.io = io;
        this.sequence = newest.sequence();
        this.current = newest.vote();
    }

    static Path path(Path directory) {
        return directory.resolve(NAME);
    }

    static boolean exists(Path directory) {
        return Files.exists(path(directory));
    }

    static void create(Path directory, long term) throws IOException {
        ByteBuffer slots = ByteBuffer.allocate(2 * SLOT);
        slots.put(encode(new Slot(1, new Vote(term, new byte[0]))));
        DurableFile.write(path(directory), slots.rewind());
    }

    static VoteFile open(Path directory) throws IOException {
        Path file = path(directory);
        RandomAccessFile io = new RandomAccessFile(file.toFile(), "rw");
        try {
            Slot first = read(io, 0);
            Slot second = read(io, 1);
            if (first == null && second == null) {
                throw new DamagedLogException(file, 0, "neither of its two copies of the term is sound");
            }
            return new VoteFile(
                    io, second == null || first != null && first.sequence() > second.sequence() ? first : second);
        } catch (IOException e) {
            io.close();
            throw e;
        }
    }

    private static Slot read(RandomAccessFile io, int slot) throws IOException {
        if (io.length() < (slot + 1) * SLOT) {
            return null;
        }
        byte[] bytes = new byte[SLOT];
        io.seek((long) slot * SLOT);
        io.readFully(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int length = buffer.getInt(4);
        if (buffer.getInt(0) != MAGIC
                || length < 0
                || length > SLOT - HEADER
                || buffer.getInt(HEADER - 4) != checksum(bytes)) {
            return null;
        }
        byte[] vote = new byte[length];
        buffer.get(HEADER, vote);
        return new Slot(buffer.getLong(8), new Vote(buffer.getLong(16), vote));
    }

    private static byte[] encode(Slot slot) {
        byte[] vote = slot.vote().vote();
        ByteBuffer buffer = ByteBuffer.allocate(SLOT);
        buffer.putInt(MAGIC)
                .putInt(vote.length)
                .putLong(slot.sequence())
                .putLong(slot.vote().term())
                .put(HEADER, vote);
        return buffer.putInt(HEADER - 4, checksum(buffer.array())).array();
    }

    /** Of the whole slot, but for the place the checksum itself takes. */
    private static int checksum(byte[] slot) {
        byte[] bytes = slot.clone();
        ByteBuffer.wrap(bytes).putInt(HEADER - 4, 0);
        return Frame.checksum(bytes, 0, bytes.length);
    }

    synchronized Vote current() {
        return current;
    }

    /** Replaces what is kept, durably. */
    synchronized void set(Vote vote) throws IOException {
        Slot next = new Slot(sequence + 1, vote);
        io.seek((next.sequence() + 1) % 2 * SLOT);
        io.write(encode(next));
        io.getFD().sync();
        sequence = next.sequence();
        current = vote;
    }

    @Override
    public void close() throws IOException {
        io.close();
    }
}
