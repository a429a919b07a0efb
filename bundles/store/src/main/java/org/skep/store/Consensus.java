package org.skep.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Consensus among the managers, as this one sees it. A service, present while this node is a manager. Safe for use from
 * any thread.
 */
public interface Consensus {

    Status status();

    /** Calls {@code listener} with each new status that differs in leader, term or members; must return at once. */
    Follower follow(Consumer<Status> listener);

    /**
     * What makes a read linearizable: completes once this manager has proven, after the call, that it still leads, and
     * has applied all that was acknowledged before the call. Costs no write to disk.
     *
     * @return fails with {@code NO_LEADER} if this manager does not lead, or cannot prove it any more; calls that wait at the
     *     same time share one proof
     */
    CompletionStage<Void> barrier();

    /**
     * Makes a manager that follows as a learner a voter. One change is under way at a time; others wait for it.
     *
     * @return completes once the change is committed, at once if it votes already; fails with {@code NOT_CAUGHT_UP} if the
     *     learner was not in touch and caught up by {@code patience}, with {@code NO_LEADER} if this manager does not lead, so
     *     that nothing was changed, and with {@code OUTCOME_UNKNOWN} if it lost the lead meanwhile
     */
    CompletionStage<Void> add(String nodeId, Duration patience);

    /**
     * Takes a voter out of the group; itself, too: it then ceases to be a {@link Proposer}, hands over the lead to a voter
     * that has everything, and stays as a learner until it is stopped.
     *
     * @return completes once the change is committed, at once if it does not vote; fails at once with
     *     {@code QUORUM_WOULD_BE_LOST} if those of the rest that can be reached were no majority of it, and else as
     *     {@link #add} does
     */
    CompletionStage<Void> remove(String nodeId);

    /**
     * What this manager knows.
     *
     * @param self its node ID
     * @param voter whether it votes, or only learns
     * @param leader node ID of the leader; empty if there is none to be seen
     */
    record Status(
            String self,
            boolean voter,
            Optional<String> leader,
            long term,
            long commitIndex,
            long appliedIndex,
            List<Member> members) {
        public Status {
            members = List.copyOf(members);
        }

        /** Whether this manager leads, as far as it knows; {@link Consensus#barrier} proves it. */
        public boolean leads() {
            return leader.filter(self::equals).isPresent();
        }
    }

    /**
     * A member of the group, voting or learning.
     *
     * @param reachable whether it is in touch with this manager
     * @param matchIndex the last entry it is known to have; only the leader knows, elsewhere 0
     */
    record Member(String nodeId, boolean voter, boolean reachable, long matchIndex) {}

    /** A listener that is told of changes until it is closed. */
    interface Follower extends AutoCloseable {
        @Override
        void close();
    }
}
