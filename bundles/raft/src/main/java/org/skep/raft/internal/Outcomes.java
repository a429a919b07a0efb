package org.skep.raft.internal;

import org.skep.api.SkepException;

/** What a caller is told when it did not work. */
final class Outcomes {

    private Outcomes() {}

    /** Nothing was written, and nothing will be. */
    static SkepException noLeader() {
        return SkepException.state(
                "NO_LEADER", "this manager does not lead the swarm at the moment", "try again in a moment");
    }

    /** It may have been written, or may be yet. */
    static SkepException unknown() {
        return SkepException.state(
                "OUTCOME_UNKNOWN",
                "this manager lost the lead before the change was confirmed: it may or may not have been done",
                "look before you repeat it");
    }

    static SkepException notCaughtUp(String nodeId) {
        return SkepException.state(
                "NOT_CAUGHT_UP",
                "manager " + nodeId + " is not in touch with the leader, or has not got all changes yet",
                "see that it runs and can be reached, and try again");
    }

    static SkepException wouldLoseQuorum(String nodeId) {
        return SkepException.state(
                "QUORUM_WOULD_BE_LOST",
                "without manager " + nodeId + " those that can be reached would be no majority of the rest",
                "bring back a manager that is away, or remove that one first");
    }
}
