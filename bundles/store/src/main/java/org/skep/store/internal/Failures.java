package org.skep.store.internal;

import java.util.concurrent.CompletionException;
import org.skep.api.SkepException;

/** Why a write did not hold, as its caller is told. */
final class Failures {

    private Failures() {}

    static SkepException noLeader() {
        return SkepException.state(
                "NO_LEADER", "this manager does not lead the swarm at the moment", "try again in a moment");
    }

    static SkepException leadLost() {
        return SkepException.state(
                "OUTCOME_UNKNOWN",
                "this manager lost the lead before the change was confirmed: it may or may not have been done",
                "look before you repeat it");
    }

    static SkepException overtaken() {
        return SkepException.state(
                "NO_LEADER", "the change was dropped, as one it depended on had failed", "repeat it");
    }

    /** What became of a decision that wrote nothing itself, when one it was based on failed so. */
    static SkepException ofBasis(Throwable failure) {
        SkepException known = of(failure);
        return known.code().equals("OUTCOME_UNKNOWN") ? overtaken() : known;
    }

    static SkepException of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof SkepException known) {
            return known;
        }
        SkepException lost = leadLost();
        lost.addSuppressed(cause);
        return lost;
    }
}
