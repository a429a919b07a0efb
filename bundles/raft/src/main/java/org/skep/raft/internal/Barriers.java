package org.skep.raft.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jgroups.Address;
import org.skep.raft.net.Peers;

/** Proofs that this manager still leads: a majority answers a question that was put after the proof was asked for. */
final class Barriers {

    private static final long REPEAT = TimeUnit.MILLISECONDS.toNanos(100);

    private final ManagerRaft raft;
    private final Peers peers;
    private final LongSupplier clock;
    /** Asked for since the last question was put; guarded by itself. */
    private final List<CompletableFuture<Void>> next = new ArrayList<>();

    /** Those that the present question is for; changed while holding the above. */
    private volatile List<CompletableFuture<Void>> current = List.of();

    private boolean ended;
    private final Set<String> confirmed = new HashSet<>();
    private long number;
    private long asked;

    Barriers(ManagerRaft raft, Peers peers, LongSupplier clock) {
        this.raft = raft;
        this.peers = peers;
        this.clock = clock;
    }

    /** From any thread. */
    CompletionStage<Void> add() {
        CompletableFuture<Void> barrier = new CompletableFuture<>();
        boolean first;
        synchronized (next) {
            if (ended) {
                return CompletableFuture.failedStage(Outcomes.noLeader());
            }
            next.add(barrier);
            first = next.size() == 1;
        }
        if (first) {
            raft.run(this::begin);
        }
        return barrier;
    }

    private void begin() {
        synchronized (next) {
            if (!current.isEmpty() || next.isEmpty()) {
                return;
            }
            current = List.copyOf(next);
            next.clear();
        }
        if (!raft.lead().isSure()) {
            fail();
            return;
        }
        number++;
        confirmed.clear();
        if (raft.isVoter()) {
            confirmed.add(raft.raftId());
        }
        ask();
        count();
    }

    /** Whether nobody waits for a proof. */
    boolean isEmpty() {
        return current.isEmpty();
    }

    private void ask() {
        raft.hurry();
        asked = clock.getAsLong();
        for (String voter : raft.group().voters()) {
            if (!confirmed.contains(voter)) {
                peers.find(voter)
                        .ifPresent(peer ->
                                raft.send(peer, new Signal(Signal.Kind.PROBE, raft.currentTerm()).number(number)));
            }
        }
    }

    void confirmed(Address from, long answered) {
        if (answered == number && !current.isEmpty()) {
            confirmed.add(Peers.nodeId(from));
            count();
        }
    }

    private void count() {
        long votes = confirmed.stream().filter(raft.group()::has).count();
        if (votes >= raft.group().majority()) {
            List<CompletableFuture<Void>> proven;
            synchronized (next) {
                proven = current;
                current = List.of();
            }
            proven.forEach(barrier -> barrier.complete(null));
            begin();
        }
    }

    void tick(long now) {
        if (current.isEmpty()) {
            begin();
        } else if (now - asked > REPEAT) {
            ask();
        }
    }

    /** From any thread. */
    void fail() {
        List<CompletableFuture<Void>> failed = new ArrayList<>();
        synchronized (next) {
            failed.addAll(current);
            current = List.of();
            failed.addAll(next);
            next.clear();
        }
        failed.forEach(barrier -> barrier.completeExceptionally(Outcomes.noLeader()));
    }

    /** None is proven any more. From any thread. */
    void end() {
        synchronized (next) {
            ended = true;
        }
        fail();
    }
}
