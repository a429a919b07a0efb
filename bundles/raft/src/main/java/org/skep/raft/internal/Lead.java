package org.skep.raft.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jgroups.Address;
import org.jgroups.raft.util.RequestTable;
import org.skep.raft.net.Peers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose lead it is: how this manager's begins, ends and is passed on, and how it takes note of others'. */
final class Lead {

    private static final Logger LOG = LoggerFactory.getLogger(Lead.class);

    /**
     * A leader out of touch with the majority leads on for so long: on a loaded machine the others may be held up for a
     * moment. It decides nothing meanwhile.
     */
    private static final long ALONE = TimeUnit.SECONDS.toNanos(1);

    private final ManagerRaft raft;
    private final Peers peers;
    private final Replication replication;
    private final Election election;
    private final Runnable news;
    private final LongSupplier clock;
    /** Before this one is committed, a leader does not know what is. */
    private long firstOfTerm;

    private volatile boolean sure;
    /** Since when this leader is out of touch with the majority; 0 while it is not. */
    private long alone;

    Lead(ManagerRaft raft, Peers peers, Replication replication, Election election, Runnable news, LongSupplier clock) {
        this.raft = raft;
        this.peers = peers;
        this.replication = replication;
        this.election = election;
        this.news = news;
        this.clock = clock;
    }

    void tick(long now) {
        if (!raft.isLeader() || election.majorityInTouch()) {
            alone = 0;
        } else if (alone == 0) {
            alone = now;
        } else if (now - alone > ALONE) {
            LOG.warn("This manager is out of touch with the majority, and ceases to lead");
            resign();
        }
        if (raft.isLeader() && !raft.isVoter() && raft.membership().index() <= raft.commitIndex()) {
            // It was to hand over as soon as that was committed, but there may have been no room in the queue.
            handOver();
        }
    }

    /** Whether it need not be looked after for now. */
    boolean isQuiet() {
        return raft.leader() != null && (!raft.isLeader() || alone == 0 && replication.isQuiet());
    }

    /** An entry is about to be applied, as it is committed. */
    void committed(long index) {
        if (index >= firstOfTerm) {
            sure = true;
        }
    }

    /** Whether this manager leads, and knows what is committed. From any thread. */
    boolean isSure() {
        return sure && raft.isLeader();
    }

    /** A term of leading begins. */
    void begin(long term) {
        firstOfTerm = raft.lastAppended() + 1;
        sure = false;
        replication.reset();
        raft.setLeaderAndTerm(raft.self(), term);
        LOG.info("Elected in term {}", term);
        peers.beat();
        replication.tick(clock.getAsLong());
    }

    /** Does not lead any more, in this term. */
    void resign() {
        cease(() -> raft.setLeaderAndTerm(null));
    }

    /** JGroups would tell those who wait for their entries while it holds the lock that everybody needs who asks it. */
    private void cease(Runnable step) {
        RequestTable<String> waiting = raft.takeWaiting();
        try {
            step.run();
        } finally {
            if (waiting != null) {
                waiting.destroy(new IllegalStateException("this manager leads no more"));
            }
            raft.barriers().fail();
            raft.changes().fail();
        }
    }

    /** Takes note of a term; who led in an earlier one does not any more. */
    void see(long term) {
        if (term <= raft.currentTerm()) {
            return;
        }
        if (raft.isLeader()) {
            LOG.info("Somebody else stood for election in term {}", term);
            cease(() -> raft.currentTerm(term));
        } else {
            raft.currentTerm(term);
        }
    }

    /** Takes note of a later term, and votes in it: with one write, as each waits for the disk. */
    void enter(long term, Address vote) {
        raft.entries().voteWithNextTerm(vote);
        see(term);
        raft.votedFor(vote);
    }

    /** Follows a leader. */
    void follow(Address leader, long term) {
        // A term has one leader; who belongs to no group yet may hear of another group's.
        if (term < raft.currentTerm() || term == raft.currentTerm() && raft.leader() != null) {
            return;
        }
        // Who knows the leader of a term has no vote in it, even if it forgets who leads.
        if (term > raft.currentTerm()) {
            enter(term, leader);
        } else if (raft.votedFor() == null) {
            raft.votedFor(leader);
        }
        raft.setLeaderAndTerm(leader, term);
        LOG.info("Manager {} leads in term {}", Peers.nodeId(leader), term);
        news.run();
    }

    /** Ceases to lead, and has the best of the others stand for election at once. */
    void handOver() {
        if (!raft.isLeader()) {
            return;
        }
        replication.best().ifPresent(heir -> raft.send(heir, new Signal(Signal.Kind.STAND, raft.currentTerm())));
        LOG.info("This manager hands over the lead");
        resign();
        election.pause();
    }

    /** Hands over once somebody has all entries, if it leads at all. From any thread. */
    CompletionStage<Void> leave() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean taken = raft.run(() -> {
            if (raft.isLeader() && raft.group().voters().size() > 1) {
                replication.whenBest(() -> {
                    handOver();
                    done.complete(null);
                });
            } else {
                done.complete(null);
            }
        });
        if (!taken) {
            done.complete(null);
        }
        return done;
    }

    /**
     * The log could not be written. Unless it is certain that nobody has what it refused, this manager must not go on.
     *
     * @param inDoubt whether it may be in the log here all the same
     */
    boolean ceaseIfAnybodyMayHave(boolean inDoubt) {
        // Who was sent to may be out of touch by now, and still have it.
        boolean possible = inDoubt
                || !raft.isLeader()
                || replication.isStreaming()
                || !peers.inTouch().isEmpty();
        if (raft.isLeader() && possible) {
            LOG.error("The log cannot be written, so this manager ceases to lead");
            resign();
            election.pause();
        }
        return possible;
    }
}
