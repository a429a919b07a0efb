package org.skep.raft.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.jgroups.Address;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;
import org.skep.raft.log.EntryLog;
import org.skep.raft.log.LogRecord;

/**
 * Our log as JGroups wants to see it. JGroups' own has no checksums, and takes a failed write for a success.
 *
 * <p>The commit index is not kept: what the state machine has applied was committed, and for the rest an election finds
 * out.
 */
final class RaftLog implements Log {

    /** Hears of what is written. */
    interface Listener {
        /** These are about to be written: from now on they may outlive this process. */
        void writing(LogEntries entries);

        /** These could not be written, and are not in the log. */
        void refused(List<LogEntry> entries, IOException why);

        /** The term or the vote cannot be written. */
        void unusable(IOException why);
    }

    private static final byte[] NOBODY = {};

    private final EntryLog log;
    private final Membership membership;
    private final Listener listener;
    /** What is not committed yet, and the last entry: these very objects are asked for next. */
    private final Map<Long, LogEntry> recent = new HashMap<>();

    private long commitIndex;
    private ByteBuffer nextSnapshot;
    private byte[] nextVote = NOBODY;
    private volatile boolean usable = true;

    /**
     * @param applied index of the last entry known to be committed
     * @param membership kept equal to what the log says
     */
    RaftLog(EntryLog log, long applied, Membership membership, Listener listener) {
        this.log = log;
        this.commitIndex = Math.max(log.snapshotIndex(), applied);
        this.membership = membership;
        this.listener = listener;
    }

    /** Reads the groups that entries tell of; the one of the snapshot is known. */
    void readGroups() {
        for (long index = log.snapshotIndex() + 1; index <= log.last(); index++) {
            if (log.internal(index)) {
                membership.appended(index, group(get(index)));
            }
        }
    }

    private static Group group(LogEntry entry) {
        return Group.ofEntry(entry.command(), entry.offset(), entry.length());
    }

    @Override
    public void init(String name, Map<String, String> args) {}

    @Override
    public Log useFsync(boolean fsync) {
        return this;
    }

    /** Always: there is no log without. */
    @Override
    public boolean useFsync() {
        return true;
    }

    @Override
    public void delete() {
        throw new UnsupportedOperationException("a log is not deleted by consensus");
    }

    @Override
    public long currentTerm() {
        return log.currentTerm();
    }

    @Override
    public Log currentTerm(long term) {
        byte[] vote = nextVote;
        nextVote = NOBODY;
        vote(term, vote);
        return this;
    }

    /** Has a vote written along with the next term. */
    void voteWithNextTerm(Address member) {
        nextVote = bytes(member);
    }

    @Override
    public Address votedFor() {
        byte[] vote = log.votedFor();
        if (vote.length == 0) {
            return null;
        }
        try {
            return Util.readAddress(new ByteArrayDataInputStream(vote));
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("the vote is not an address", e);
        }
    }

    @Override
    public Log votedFor(Address member) {
        if (member != null) {
            // A new term has taken back the vote already.
            vote(log.currentTerm(), bytes(member));
        }
        return this;
    }

    private static byte[] bytes(Address member) {
        try {
            ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(Util.size(member));
            Util.writeAddress(member, out);
            return Arrays.copyOf(out.buffer(), out.position());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void vote(long term, byte[] vote) {
        requireUsable();
        if (term == log.currentTerm() && Arrays.equals(vote, log.votedFor())) {
            return;
        }
        try {
            log.vote(term, vote);
        } catch (IOException e) {
            usable = false;
            listener.unusable(e);
            throw new UncheckedIOException(e);
        }
    }

    private void requireUsable() {
        if (!usable) {
            throw new IllegalStateException("the term could not be written");
        }
    }

    /** False once a term or vote could not be written: what this manager says from then on could contradict itself. */
    boolean isUsable() {
        return usable;
    }

    /** Whether it has all that this manager has acknowledged. */
    boolean isComplete() {
        return log.isComplete();
    }

    void complete() {
        try {
            log.complete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized long commitIndex() {
        return commitIndex;
    }

    @Override
    public synchronized Log commitIndex(long index) {
        commitIndex = index;
        long last = log.last();
        recent.keySet().removeIf(old -> old <= index && old != last);
        return this;
    }

    @Override
    public long firstAppended() {
        return log.snapshotIndex();
    }

    @Override
    public long lastAppended() {
        return log.last();
    }

    @Override
    public synchronized long append(long index, LogEntries entries) {
        requireUsable();
        if (index != log.last() + 1) {
            throw new IllegalStateException("entry " + index + " does not follow entry " + log.last());
        }
        List<LogRecord> records = new ArrayList<>(entries.size());
        for (LogEntry entry : entries) {
            records.add(new LogRecord(entry.term(), entry.internal(), data(entry)));
        }
        listener.writing(entries);
        IOException failure = null;
        try {
            log.append(records);
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | OutOfMemoryError e) {
            // JGroups would forget those who wait for these entries.
            failure = new IOException(e.toString(), e);
        }
        long last = log.last();
        recent.keySet().removeIf(old -> old <= commitIndex);
        List<LogEntry> missing = new ArrayList<>();
        long next = index;
        for (LogEntry entry : entries) {
            if (next <= last) {
                recent.put(next, entry);
                if (entry.internal()) {
                    membership.appended(next, group(entry));
                }
            } else {
                missing.add(entry);
            }
            next++;
        }
        if (failure != null) {
            listener.refused(missing, failure);
        }
        return last;
    }

    private static byte[] data(LogEntry entry) {
        byte[] command = entry.command();
        if (command == null) {
            return new byte[0];
        }
        return entry.offset() == 0 && entry.length() == command.length
                ? command
                : Arrays.copyOfRange(command, entry.offset(), entry.offset() + entry.length());
    }

    @Override
    public synchronized LogEntry get(long index) {
        LogEntry entry = recent.get(index);
        if (entry != null) {
            return entry;
        }
        try {
            return log.get(index)
                    .map(found -> new LogEntry(found.term(), found.data()).internal(found.internal()))
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What becomes of it is known only with the call that follows: {@link #truncate} or {@link #reinitializeTo}. */
    @Override
    public synchronized void setSnapshot(ByteBuffer snapshot) {
        nextSnapshot = snapshot.duplicate();
    }

    @Override
    public ByteBuffer getSnapshot() {
        try {
            return log.snapshot().orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void truncate(long index) {
        ByteBuffer snapshot = nextSnapshot;
        nextSnapshot = null;
        if (snapshot == null) {
            return;
        }
        try {
            long last = Math.min(index, commitIndex);
            log.snapshot(last, snapshot);
            membership.forgetBefore(last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void reinitializeTo(long index, LogEntry entry) throws IOException {
        ByteBuffer snapshot = nextSnapshot;
        nextSnapshot = null;
        log.reset(index, entry.term(), snapshot);
        recent.clear();
        commitIndex = index;
        if (entry.term() > log.currentTerm()) {
            currentTerm(entry.term());
        }
    }

    @Override
    public synchronized void deleteAllEntriesStartingFrom(long index) {
        try {
            log.deleteFrom(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            // Some of them may be gone even if it failed.
            long last = log.last();
            membership.dropFrom(last + 1);
            recent.keySet().removeIf(old -> old > last);
        }
    }

    @Override
    public void forEach(ObjLongConsumer<LogEntry> function, long from, long to) {
        for (long i = Math.max(from, firstAppended() + 1); i <= Math.min(to, lastAppended()); i++) {
            function.accept(get(i), i);
        }
    }

    @Override
    public void forEach(ObjLongConsumer<LogEntry> function) {
        forEach(function, 1, Long.MAX_VALUE);
    }

    @Override
    public long sizeInBytes() {
        return log.bytes();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
