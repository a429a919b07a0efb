package org.skep.raft.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jgroups.Address;
import org.jgroups.protocols.raft.AppendResult;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.skep.raft.net.Peers;

/** How far the others have got, as the leader knows, and what it does about it. */
final class Replication {

    private static final long RESEND = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long RESEND_PART = TimeUnit.SECONDS.toNanos(2);
    /** Whoever has nothing gets a new snapshot instead of so many entries: those hold all that it holds, and more. */
    private static final int MANY_ENTRIES = 500;

    private static final int BATCH_ENTRIES = 512;
    private static final int BATCH_BYTES = 512 << 10;
    private static final int PART_BYTES = 512 << 10;

    private final ManagerRaft raft;
    private final Peers peers;
    private final LongSupplier clock;
    private final Map<Address, Progress> progress = new ConcurrentHashMap<>();
    private boolean streaming;
    private Runnable whenBest;

    /** Of one manager. */
    private static final class Progress {
        private volatile long match;
        private long next;
        /** What was sent last follows this one: who refuses that has less. */
        private long previous;

        private long committed;
        /** Whether {@link #match} is known at all. */
        private volatile boolean known;
        /** Whether something was sent that is to be answered before more is. */
        private boolean waiting;

        private long sent;
        private Outgoing snapshot;

        private Progress(long next) {
            this.next = next;
        }
    }

    /** A snapshot on its way. */
    private record Outgoing(long index, long term, ByteBuffer content) {}

    Replication(ManagerRaft raft, Peers peers, LongSupplier clock) {
        this.raft = raft;
        this.peers = peers;
        this.clock = clock;
    }

    /** A term of leading begins. */
    void reset() {
        progress.clear();
        whenBest = null;
        peers.inTouch().values().forEach(this::touched);
    }

    void touched(Address peer) {
        progress.put(peer, new Progress(raft.lastAppended() + 1));
        if (raft.isLeader()) {
            help(peer, progress.get(peer), clock.getAsLong());
        }
    }

    void lost(Address peer) {
        progress.remove(peer);
    }

    /** Who gets new entries at once: those who have got all earlier ones, or are about to. */
    Collection<Address> streamed(int count) {
        long now = clock.getAsLong();
        List<Address> recipients = new ArrayList<>();
        progress.forEach((peer, its) -> {
            boolean ready = its.known && !its.waiting && its.snapshot == null;
            if (ready && its.next == raft.lastAppended() + 1) {
                its.previous = raft.lastAppended();
                its.next += count;
                its.sent = now;
                recipients.add(peer);
            }
        });
        streaming = !recipients.isEmpty();
        return recipients;
    }

    /** Whether anybody was sent what is being written. */
    boolean isStreaming() {
        return streaming;
    }

    /** Whether all others have everything, and know that they have. */
    boolean isQuiet() {
        return progress.values().stream()
                .allMatch(its -> its.known && its.match == raft.lastAppended() && its.committed == raft.commitIndex());
    }

    /** What is heard of coming and going may be dropped, or come in the wrong order. */
    private void reconcile() {
        Collection<Address> there = peers.inTouch().values();
        progress.keySet().retainAll(there);
        there.forEach(peer -> progress.computeIfAbsent(peer, any -> new Progress(raft.lastAppended() + 1)));
    }

    void tick(long now) {
        reconcile();
        progress.forEach((peer, its) -> help(peer, its, now));
        if (whenBest != null && best().isPresent()) {
            Runnable action = whenBest;
            whenBest = null;
            action.run();
        }
    }

    private void help(Address peer, Progress its, long now) {
        boolean recently = its.sent != 0 && now - its.sent < RESEND;
        long last = raft.lastAppended();
        if (its.snapshot != null) {
            if (now - its.sent > RESEND_PART) {
                part(peer, its, 0);
            }
        } else if (!its.known) {
            if (!recently) {
                its.next = last + 1;
                transmit(peer, its, now);
            }
        } else if (its.match < last) {
            if (!recently || !its.waiting && its.next <= last) {
                its.next = its.match + 1;
                transmit(peer, its, now);
            }
        } else if (its.committed < raft.commitIndex()) {
            raft.send(peer, its.match, new LogEntries());
        }
    }

    /** Sends what comes next, even if that is nothing but a question. */
    private void transmit(Address peer, Progress its, long now) {
        Log log = raft.log();
        // Who joins must not go through the times of a group that nobody here belongs to any more.
        boolean past = its.next <= raft.membership().beginning();
        if (past || its.next == 1 && raft.commitIndex() - log.firstAppended() > MANY_ENTRIES) {
            boolean renewed = raft.membership().beginning() <= raft.commitIndex() && raft.renewSnapshot();
            if (past && !renewed) {
                its.sent = now;
                return;
            }
        }
        if (its.next <= log.firstAppended()) {
            its.snapshot = snapshot(log);
            part(peer, its, 0);
            return;
        }
        LogEntries batch = new LogEntries();
        long bytes = 0;
        long index = its.next;
        while (index <= raft.lastAppended() && batch.size() < BATCH_ENTRIES && bytes < BATCH_BYTES) {
            LogEntry entry = log.get(index);
            batch.add(entry);
            bytes += entry.length();
            index++;
        }
        its.waiting = true;
        its.sent = now;
        its.previous = its.next - 1;
        raft.send(peer, its.previous, batch);
        its.next = index;
    }

    void answered(Address peer, AppendResult result) {
        Progress its = progress.get(peer);
        if (its == null || its.snapshot != null) {
            return;
        }
        its.committed = Math.max(its.committed, result.commitIndex());
        if (result.success()) {
            // Without any progress, as when its disk is full, it is asked again only after a while.
            boolean progress = !its.known || result.index() > its.match || result.index() >= its.next - 1;
            its.known = true;
            its.match = Math.max(its.match, result.index());
            its.next = Math.max(its.next, its.match + 1);
            if (progress) {
                its.waiting = false;
                commit();
                help(peer, its, clock.getAsLong());
            }
        } else if (result.index() < its.previous) {
            its.known = true;
            its.match = Math.min(its.match, result.index());
            its.next = result.index() + 1;
            transmit(peer, its, clock.getAsLong());
        }
    }

    /** Commits what a majority has, if it is of this term: older entries are only sure with one of these behind them. */
    void commit() {
        Group group = raft.group();
        if (group.voters().isEmpty()) {
            return;
        }
        Map<String, Long> matches = matches();
        long[] theirs = group.voters().stream()
                .mapToLong(voter -> matches.getOrDefault(voter, 0L))
                .sorted()
                .toArray();
        long index = theirs[theirs.length - group.majority()];
        if (index > raft.commitIndex() && raft.log().get(index).term() == raft.currentTerm()) {
            raft.commitTo(index);
        }
    }

    /** The last entry that each manager in touch is known to have, and this one. From any thread. */
    Map<String, Long> matches() {
        Map<String, Long> matches = new HashMap<>();
        progress.forEach((peer, its) -> matches.put(Peers.nodeId(peer), its.known ? its.match : 0));
        matches.put(raft.raftId(), raft.lastAppended());
        return matches;
    }

    /** A voter that has every entry. */
    Optional<Address> best() {
        return progress.entrySet().stream()
                .filter(entry -> entry.getValue().known && entry.getValue().match == raft.lastAppended())
                .map(Map.Entry::getKey)
                .filter(peer -> raft.group().has(Peers.nodeId(peer)))
                .findFirst();
    }

    void whenBest(Runnable action) {
        whenBest = action;
        tick(clock.getAsLong());
    }

    // Snapshots go in parts, each one asked for: so they never fill what signs of life have to pass.

    private static Outgoing snapshot(Log log) {
        long index = log.firstAppended();
        return new Outgoing(index, log.get(index).term(), log.getSnapshot());
    }

    private void part(Address peer, Progress its, long from) {
        Outgoing snapshot = its.snapshot;
        ByteBuffer content = snapshot.content();
        int length = (int) Math.min(PART_BYTES, content.remaining() - from);
        byte[] bytes = new byte[length];
        content.duplicate().position(content.position() + (int) from).get(bytes);
        its.sent = clock.getAsLong();
        Signal part = new Signal(Signal.Kind.PART, raft.currentTerm())
                .at(snapshot.index(), snapshot.term())
                .number(from)
                .yes(from + length == content.remaining());
        raft.send(peer, part, bytes, 0, length);
    }

    /** It has got all before this part, or all of it. */
    void wanted(Address peer, Signal signal) {
        Progress its = progress.get(peer);
        if (its == null || its.snapshot == null || its.snapshot.index() != signal.index()) {
            return;
        }
        if (signal.yes()) {
            its.snapshot = null;
            its.known = true;
            its.match = signal.index();
            its.next = its.match + 1;
            its.waiting = false;
            help(peer, its, clock.getAsLong());
        } else {
            part(peer, its, signal.number());
        }
    }
}
