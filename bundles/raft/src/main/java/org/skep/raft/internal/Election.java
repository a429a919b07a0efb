package org.skep.raft.internal;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jgroups.Address;
import org.jgroups.protocols.raft.LogEntry;
import org.skep.raft.net.Peers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elections as in Raft, with a question before each: only who would get a majority raises the term, so that nobody
 * disturbs a leader that is well, and terms do not run away.
 */
final class Election {

    private static final Logger LOG = LoggerFactory.getLogger(Election.class);

    private static final long ROUND = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long RANK = TimeUnit.MILLISECONDS.toNanos(60);
    private static final long LONG_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private final ManagerRaft raft;
    private final Peers peers;
    private final LongSupplier clock;
    private Round round;
    /** The votes of the present term. They count however late they come: with a slow disk it takes long to give one. */
    private Round candidacy;

    private long notBefore;

    private record Round(Signal.Kind kind, long term, Set<String> granted, long end) {}

    Election(ManagerRaft raft, Peers peers, LongSupplier clock) {
        this.raft = raft;
        this.peers = peers;
        this.clock = clock;
    }

    /** Whether enough of those who vote can be reached, this one included. */
    boolean majorityInTouch() {
        Group group = raft.group();
        long reached = peers.countInTouch(group.voters()) + (group.has(raft.raftId()) ? 1 : 0);
        return reached >= group.majority();
    }

    void tick(long now) {
        Address leader = raft.leader();
        if (leader != null && (raft.isLeader() || peers.inTouch(leader))) {
            round = null;
            candidacy = null;
            notBefore = 0;
            return;
        }
        if (leader != null) {
            LOG.info("Manager {} leads no more: it is out of touch", Peers.nodeId(leader));
            raft.setLeaderAndTerm(null);
        }
        if (!raft.isVoter() || !raft.mayVote() || !majorityInTouch()) {
            round = null;
            notBefore = 0;
            return;
        }
        if (round != null) {
            if (now - round.end() < 0) {
                return;
            }
            round = null;
            notBefore = now + ThreadLocalRandom.current().nextLong(PAUSE / 4, PAUSE);
        }
        if (notBefore == 0) {
            // In turn, so that not all stand at once.
            notBefore = now + rank() * RANK;
        }
        if (now - notBefore >= 0) {
            ask();
        }
    }

    private long rank() {
        return raft.group().voters().stream()
                .filter(voter ->
                        voter.compareTo(raft.raftId()) < 0 && peers.find(voter).isPresent())
                .count();
    }

    /** Lets others go first for a while. */
    void pause() {
        round = null;
        candidacy = null;
        notBefore = clock.getAsLong() + LONG_PAUSE;
    }

    /** The leader wants this manager to follow it. */
    void stand(long term) {
        if (term == raft.currentTerm() && raft.isVoter() && raft.mayVote()) {
            raft.setLeaderAndTerm(null);
            campaign(true);
        }
    }

    private void campaign(boolean wanted) {
        long term = raft.currentTerm() + 1;
        raft.lead().enter(term, raft.self());
        candidacy = begin(Signal.Kind.VOTE, term, wanted);
        count();
    }

    private void ask() {
        begin(Signal.Kind.ASK, raft.currentTerm() + 1, false);
        count();
    }

    private Round begin(Signal.Kind kind, long term, boolean wanted) {
        Set<String> granted = new HashSet<>(Set.of(raft.raftId()));
        round = new Round(kind, term, granted, clock.getAsLong() + ROUND);
        Signal question =
                new Signal(kind, term).at(raft.lastAppended(), lastTerm()).yes(wanted);
        for (String voter : raft.group().voters()) {
            peers.find(voter).ifPresent(peer -> raft.send(peer, question));
        }
        return round;
    }

    private void count() {
        if (hasMajority(candidacy) && candidacy.term() == raft.currentTerm() && raft.leader() == null) {
            round = null;
            candidacy = null;
            raft.lead().begin(raft.currentTerm());
        } else if (hasMajority(round) && round.kind() == Signal.Kind.ASK) {
            round = null;
            campaign(false);
        }
    }

    private boolean hasMajority(Round some) {
        Group group = raft.group();
        return some != null && some.granted().stream().filter(group::has).count() >= group.majority();
    }

    private long lastTerm() {
        long last = raft.lastAppended();
        return last == 0
                ? 0
                : Optional.ofNullable(raft.log().get(last))
                        .map(LogEntry::term)
                        .orElseThrow(() -> new IllegalStateException("entry " + last + " is not in the log"));
    }

    /** Somebody asks for a vote, or whether he would get it. */
    void asked(Address from, Signal question) {
        boolean voting = question.kind() == Signal.Kind.VOTE;
        boolean granted = voting ? vote(from, question) : wouldVote(from, question);
        Signal.Kind kind = voting ? Signal.Kind.VOTED : Signal.Kind.WOULD;
        raft.send(
                from,
                new Signal(kind, raft.currentTerm()).number(question.currTerm()).yes(granted));
    }

    private boolean wouldVote(Address from, Signal question) {
        return question.currTerm() > raft.currentTerm() && !leaderIsWell(from) && upToDate(question);
    }

    private boolean vote(Address from, Signal question) {
        if (question.currTerm() < raft.currentTerm() || !question.yes() && leaderIsWell(from)) {
            return false;
        }
        boolean upToDate = upToDate(question);
        if (question.currTerm() > raft.currentTerm()) {
            if (upToDate) {
                raft.lead().enter(question.currTerm(), from);
            } else {
                raft.lead().see(question.currTerm());
            }
        } else {
            Address vote = raft.votedFor();
            boolean free = vote == null ? raft.leader() == null : vote.equals(from);
            if (!free) {
                return false;
            }
            if (upToDate && vote == null) {
                raft.votedFor(from);
            }
        }
        if (upToDate) {
            round = null;
            notBefore = clock.getAsLong() + PAUSE;
        }
        return upToDate;
    }

    private boolean leaderIsWell(Address candidate) {
        Address leader = raft.leader();
        return raft.isLeader() || leader != null && !leader.equals(candidate) && !peers.doubtful(leader);
    }

    private boolean upToDate(Signal candidate) {
        if (!raft.mayVote()) {
            return false;
        }
        long lastTerm = lastTerm();
        return candidate.indexTerm() > lastTerm
                || candidate.indexTerm() == lastTerm && candidate.index() >= raft.lastAppended();
    }

    void answered(Address from, Signal answer) {
        boolean voted = answer.kind() == Signal.Kind.VOTED;
        if (answer.currTerm() > raft.currentTerm() && !answer.yes()) {
            raft.lead().see(answer.currTerm());
        }
        Round asked = voted ? candidacy : round;
        boolean ours = asked != null
                && asked.kind() == (voted ? Signal.Kind.VOTE : Signal.Kind.ASK)
                && asked.term() == answer.number();
        if (ours && answer.yes()) {
            asked.granted().add(Peers.nodeId(from));
            count();
        }
    }
}
