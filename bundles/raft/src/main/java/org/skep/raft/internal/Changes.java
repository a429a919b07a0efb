package org.skep.raft.internal;

import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.LongSupplier;
import org.jgroups.Address;
import org.skep.api.SkepException;
import org.skep.raft.net.Peers;

/** Changes of those who vote, one at a time, each when it is safe. */
final class Changes {

    private final ManagerRaft raft;
    private final Peers peers;
    private final Replication replication;
    private final LongSupplier clock;
    private final Deque<Change> changes = new ConcurrentLinkedDeque<>();
    private volatile boolean ended;

    private static final class Change {
        private final String nodeId;
        private final boolean add;
        private final long end;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private volatile boolean written;

        private Change(String nodeId, boolean add, long end) {
            this.nodeId = nodeId;
            this.add = add;
            this.end = end;
        }
    }

    Changes(ManagerRaft raft, Peers peers, Replication replication, LongSupplier clock) {
        this.raft = raft;
        this.peers = peers;
        this.clock = clock;
        this.replication = replication;
    }

    /** From any thread. */
    CompletionStage<Void> add(String nodeId, Duration patience) {
        return submit(new Change(nodeId, true, clock.getAsLong() + patience.toNanos()));
    }

    /** From any thread. */
    CompletionStage<Void> remove(String nodeId, Duration patience) {
        return submit(new Change(nodeId, false, clock.getAsLong() + patience.toNanos()));
    }

    private CompletionStage<Void> submit(Change change) {
        changes.add(change);
        if (ended || !raft.run(() -> tick(clock.getAsLong()))) {
            changes.remove(change);
            change.done.completeExceptionally(Outcomes.noLeader());
        }
        return change.done;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    void tick(long now) {
        for (Change change = changes.peek(); change != null; change = changes.peek()) {
            if (!raft.isLeader()) {
                fail();
            } else if (change.done.isDone()) {
                changes.remove(change);
            } else if (change.written
                    || !raft.lead().isSure()
                    || raft.membership().index() > raft.commitIndex()) {
                return;
            } else if (raft.group().has(change.nodeId) == change.add) {
                change.done.complete(null);
            } else if (!consider(change, now)) {
                return;
            }
        }
    }

    /** Whether there is an outcome already. */
    private boolean consider(Change change, long now) {
        Optional<SkepException> obstacle = change.add ? behind(change.nodeId) : needed(change.nodeId);
        if (obstacle.isEmpty()) {
            write(change);
            return false;
        }
        if (now - change.end < 0) {
            return false;
        }
        change.done.completeExceptionally(obstacle.get());
        return true;
    }

    private Optional<SkepException> behind(String nodeId) {
        Optional<Address> peer = peers.find(nodeId);
        long match = replication.matches().getOrDefault(nodeId, 0L);
        return peer.isPresent() && match >= raft.commitIndex()
                ? Optional.empty()
                : Optional.of(Outcomes.notCaughtUp(nodeId));
    }

    private Optional<SkepException> needed(String nodeId) {
        List<String> rest = raft.group().without(nodeId).voters();
        long there = peers.countInTouch(rest) + (rest.contains(raft.raftId()) ? 1 : 0);
        return !rest.isEmpty() && there >= rest.size() / 2 + 1
                ? Optional.empty()
                : Optional.of(Outcomes.wouldLoseQuorum(nodeId));
    }

    private void write(Change change) {
        change.written = true;
        Group next =
                change.add ? raft.group().with(change.nodeId) : raft.group().without(change.nodeId);
        byte[] entry = next.entry();
        try {
            raft.setAsync(entry, 0, entry.length, true, null).whenComplete((result, failure) -> {
                if (failure == null) {
                    change.done.complete(null);
                } else {
                    change.done.completeExceptionally(Outcomes.unknown());
                }
            });
        } catch (IllegalStateException notLeading) {
            change.done.completeExceptionally(Outcomes.noLeader());
        }
    }

    /** From any thread. */
    void fail() {
        for (Change change = changes.poll(); change != null; change = changes.poll()) {
            change.done.completeExceptionally(change.written ? Outcomes.unknown() : Outcomes.noLeader());
        }
    }

    /** None is made any more. From any thread. */
    void end() {
        ended = true;
        fail();
    }
}
