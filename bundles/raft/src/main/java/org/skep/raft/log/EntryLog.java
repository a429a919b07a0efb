package org.skep.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.file.DurableFile;
import org.skep.api.node.StateCipher;

/**
 * The log of one manager: a snapshot, the entries since, the term and the vote. What a call has written is on disk when
 * it returns.
 *
 * <p>Entries are kept in files. A new file begins with each snapshot, so that old entries are dropped by deleting files.
 * What entries and snapshot say is encrypted; terms, votes and whether an entry is consensus's own are not.
 */
public final class EntryLog implements Closeable {

    private final Disk disk;
    private final Path directory;
    private final VoteFile vote;
    private final Seal seal;
    private final List<Segment> segments;
    private long snapshotIndex;
    /** Sealed. */
    private LogRecord snapshotLast;
    /** The newest segment may have unsound bytes at its end, and takes no more entries. */
    private boolean broken;
    /** The newest segment may have another file by now. */
    private boolean replaced;

    private volatile boolean complete;

    private EntryLog(
            Disk disk, Path directory, Seal seal, VoteFile vote, List<Segment> segments, SnapshotFile snapshot) {
        this.disk = disk;
        this.complete = !Incomplete.isMarked(directory);
        this.directory = directory;
        this.seal = seal;
        this.vote = vote;
        this.segments = new ArrayList<>(segments);
        this.snapshotIndex = snapshot == null ? 0 : snapshot.index();
        this.snapshotLast = snapshot == null ? null : snapshot.last();
    }

    /**
     * Opens the log, creating it if there is none, and checks all of it. A write that a crash has cut short is dropped:
     * nobody was told that it succeeded.
     *
     * @param applied entries up to this index are known to have been in the log
     * @param cipher for what entries and snapshots say
     * @throws DamagedLogException if it is not what was written; nothing was altered then
     */
    public static EntryLog open(Path directory, long applied, StateCipher cipher) throws IOException {
        return open(Disk.LOCAL, directory, applied, cipher);
    }

    static EntryLog open(Disk disk, Path directory, long applied, StateCipher cipher) throws IOException {
        // Secrets are among the entries.
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        disk.syncDirectory(directory.toAbsolutePath().getParent());
        if (!VoteFile.exists(directory) && applied == 0 && isEmpty(directory)) {
            VoteFile.create(directory, 0);
        }
        EntryLog log = load(disk, directory, applied, new Seal(cipher));
        try {
            if (!log.segments.isEmpty()) {
                log.newest().trim();
            }
            return log;
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    /** Checks all of a log, as far as that goes without its key, and alters nothing. */
    static void check(Path directory) throws IOException {
        load(Disk.LOCAL, directory, 0, Seal.unbroken()).close();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        return Segment.files(directory).isEmpty() && !Files.exists(SnapshotFile.path(directory));
    }

    private static EntryLog load(Disk disk, Path directory, long applied, Seal seal) throws IOException {
        if (!VoteFile.exists(directory)) {
            throw isEmpty(directory)
                    ? missing(directory, 0, applied)
                    : new DamagedLogException(VoteFile.path(directory), 0, "it is missing, but the log is there");
        }
        Optional<SnapshotFile> snapshot = SnapshotFile.read(directory);
        List<Segment> segments = new ArrayList<>();
        VoteFile vote = VoteFile.open(directory);
        try {
            openAll(Segment.files(directory), snapshot.map(SnapshotFile::index).orElse(0L), applied, segments);
            EntryLog log = new EntryLog(disk, directory, seal, vote, segments, snapshot.orElse(null));
            if (log.last() < applied) {
                throw missing(directory, log.last(), applied);
            }
            return log;
        } catch (IOException | RuntimeException e) {
            vote.close();
            for (Segment segment : segments) {
                segment.close();
            }
            throw e;
        }
    }

    private static DamagedLogException missing(Path directory, long last, long applied) {
        return new DamagedLogException(
                directory, 0, "it ends with entry " + last + ", but entry " + applied + " was already applied");
    }

    /** Opens the files with entries behind the snapshot; others are left over from a crash. */
    private static void openAll(List<Path> files, long snapshotIndex, long applied, List<Segment> segments)
            throws IOException {
        long expected = snapshotIndex + 1;
        for (int i = 0; i < files.size(); i++) {
            boolean last = i == files.size() - 1;
            if (!last && Segment.firstIndex(files.get(i + 1)) <= snapshotIndex + 1) {
                continue;
            }
            Segment segment = Segment.open(files.get(i), last, applied);
            segments.add(segment);
            boolean follows =
                    segments.size() == 1 ? segment.firstIndex() <= expected : segment.firstIndex() == expected;
            if (!follows) {
                throw new DamagedLogException(
                        segment.file(),
                        0,
                        "it starts with entry " + segment.firstIndex() + ", but entry " + expected + " is nowhere");
            }
            expected = segment.nextIndex();
        }
    }

    /** Index of the snapshot: the first entry is the one behind it. Zero without one. */
    public synchronized long snapshotIndex() {
        return snapshotIndex;
    }

    public synchronized Optional<ByteBuffer> snapshot() throws IOException {
        Optional<SnapshotFile> file = snapshotIndex == 0 ? Optional.empty() : SnapshotFile.read(directory);
        try {
            return file.map(found -> seal.open(found.index(), found.content()));
        } catch (SkepException e) {
            throw notOurs(SnapshotFile.path(directory), "it", e);
        }
    }

    public synchronized long last() {
        return segments.isEmpty() ? snapshotIndex : Math.max(snapshotIndex, newest().nextIndex() - 1);
    }

    private Segment newest() {
        return segments.get(segments.size() - 1);
    }

    /** The entry; also the last one that the snapshot contains, but none before it. */
    public synchronized Optional<LogRecord> get(long index) throws IOException {
        Optional<LogRecord> sealed = sealed(index);
        try {
            return sealed.map(record -> seal.open(index, record));
        } catch (SkepException e) {
            throw notOurs(
                    index == snapshotIndex
                            ? SnapshotFile.path(directory)
                            : segmentOf(index).file(),
                    "entry " + index,
                    e);
        }
    }

    private Optional<LogRecord> sealed(long index) throws IOException {
        if (index == snapshotIndex) {
            return Optional.ofNullable(snapshotLast);
        }
        Segment segment = index < snapshotIndex ? null : segmentOf(index);
        return segment == null ? Optional.empty() : Optional.of(segment.get(index));
    }

    private static IOException notOurs(Path file, String what, SkepException cause) {
        return new IOException(
                file + ": " + what + " was not encrypted by this node, or was changed since: " + cause.getMessage(),
                cause);
    }

    /** Whether an entry is consensus's own. */
    public synchronized boolean internal(long index) {
        Segment segment = segmentOf(index);
        return segment != null && segment.internal(index);
    }

    private Segment segmentOf(long index) {
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).contains(index)) {
                return segments.get(i);
            }
        }
        return null;
    }

    /**
     * Adds records behind the last one. If that fails, {@link #last} says how many of them are in the log.
     *
     * @throws WriteInDoubtException if the others may come back with a crash
     */
    public synchronized void append(List<LogRecord> records) throws IOException {
        if (records.isEmpty()) {
            return;
        }
        Segment segment = writable();
        List<LogRecord> sealed = new ArrayList<>(records.size());
        for (LogRecord record : records) {
            sealed.add(seal.close(segment.nextIndex() + sealed.size(), record));
        }
        try {
            segment.append(sealed);
        } catch (IOException e) {
            // What the system holds of the file is not to be trusted after a failed sync: go on in another one.
            broken = true;
            trimAfter(e);
            throw e;
        }
    }

    private void trimAfter(IOException failure) throws WriteInDoubtException {
        try {
            newest().trim();
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw new WriteInDoubtException(failure);
        }
    }

    private Segment writable() throws IOException {
        reopen();
        if (!broken && !segments.isEmpty() && newest().nextIndex() > snapshotIndex) {
            return newest();
        }
        if (broken && !segments.isEmpty()) {
            newest().trim();
        }
        long first = last() + 1;
        // Without entries its name is the one the new file needs; before the snapshot it would leave a gap.
        while (!segments.isEmpty() && (newest().firstIndex() == first || newest().nextIndex() < first)) {
            dropNewest();
        }
        segments.add(Segment.create(disk, directory, first));
        broken = false;
        return newest();
    }

    private void dropNewest() throws IOException {
        Segment dropped = segments.remove(segments.size() - 1);
        dropped.close();
        DurableFile.delete(dropped.file());
    }

    /**
     * Replaces the snapshot, and drops the entries it contains.
     *
     * @param index of the last entry it contains, which the log must have
     */
    public synchronized void snapshot(long index, ByteBuffer content) throws IOException {
        LogRecord last = sealed(index).orElseThrow(() -> new IllegalArgumentException("no entry " + index));
        replaceSnapshot(new SnapshotFile(index, last, seal.close(index, content)));
        if (!broken && !segments.isEmpty() && newest().nextIndex() > newest().firstIndex()) {
            segments.add(Segment.create(disk, directory, last() + 1));
        }
        while (segments.size() > 1 && segments.get(1).firstIndex() <= snapshotIndex + 1) {
            Segment old = segments.remove(0);
            old.close();
            DurableFile.delete(old.file());
        }
    }

    private void replaceSnapshot(SnapshotFile file) throws IOException {
        file.write(directory);
        snapshotIndex = file.index();
        snapshotLast = file.last();
    }

    /** Takes a snapshot that another manager sent in place of everything. */
    public synchronized void reset(long index, long term, ByteBuffer content) throws IOException {
        LogRecord last = seal.close(index, new LogRecord(term, false, new byte[0]));
        replaceSnapshot(new SnapshotFile(index, last, seal.close(index, content)));
        while (!segments.isEmpty()) {
            dropNewest();
        }
        broken = false;
        replaced = false;
    }

    /** Drops the entry and all behind it, which the leader does not have. */
    public synchronized void deleteFrom(long index) throws IOException {
        reopen();
        if (broken && !segments.isEmpty()) {
            newest().trim();
        }
        while (!segments.isEmpty() && newest().firstIndex() >= index) {
            dropNewest();
        }
        if (segments.isEmpty() || newest().nextIndex() <= index) {
            return;
        }
        Segment old = newest();
        List<LogRecord> kept = new ArrayList<>();
        for (long i = old.firstIndex(); i < index; i++) {
            kept.add(old.get(i));
        }
        Segment next;
        try {
            next = Segment.create(disk, directory, old.firstIndex(), kept);
        } catch (IOException e) {
            broken = true;
            replaced = true;
            reopenAfter(e);
            throw e;
        }
        segments.set(segments.size() - 1, next);
        old.close();
    }

    private void reopenAfter(IOException failure) {
        try {
            reopen();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Goes on with the file that has the newest segment's name now: what is added to one without a name is lost. */
    private void reopen() throws IOException {
        if (replaced) {
            Segment named = Segment.open(newest().file(), true, 0);
            newest().close();
            segments.set(segments.size() - 1, named);
            replaced = false;
        }
    }

    /** Whether it has all that this manager has acknowledged; it may not after it was cut back for repair. */
    public boolean isComplete() {
        return complete;
    }

    /** Notes that nothing is missing any more. */
    public synchronized void complete() throws IOException {
        Incomplete.clear(directory);
        complete = true;
    }

    public long currentTerm() {
        return vote.current().term();
    }

    /** The member voted for in the current term; empty if none. */
    public byte[] votedFor() {
        return vote.current().vote();
    }

    /** Sets the term, and the vote in it. */
    public void vote(long term, byte[] votedFor) throws IOException {
        vote.set(new VoteFile.Vote(term, votedFor));
    }

    public synchronized long bytes() {
        return segments.stream().mapToLong(Segment::end).sum();
    }

    @Override
    public synchronized void close() throws IOException {
        vote.close();
        for (Segment segment : segments) {
            segment.close();
        }
    }
}
