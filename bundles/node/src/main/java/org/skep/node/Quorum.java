package org.skep.node;

import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.store.Consensus;

/** What the managers lose with one of them. */
final class Quorum {

    private Quorum() {}

    /**
     * Why a manager does not leave just so.
     *
     * @param consensus empty while this manager takes no part
     * @param others how many other managers there were when this one last heard of them
     */
    static SkepException forceRequired(Optional<Consensus.Status> consensus, long others) {
        if (consensus.isEmpty() && others > 0) {
            return SkepException.state(
                    "FORCE_REQUIRED",
                    "this node is a manager of the swarm, and how the "
                            + (others == 1 ? "other one does" : others + " others do") + " cannot be seen from here",
                    "demote it on another manager with \"node demote\", or use --force to leave all the same");
        }
        long voters = consensus
                .map(status -> status.members().stream()
                        .filter(Consensus.Member::voter)
                        .count())
                .orElse(1L);
        boolean learns = consensus.filter(status -> !status.voter()).isPresent();
        if (voters <= 1 && !learns) {
            return SkepException.state(
                    "FORCE_REQUIRED",
                    "this node is the last manager: leaving erases all state of the swarm",
                    "use --force to leave all the same");
        }
        long left = learns ? voters : voters - 1;
        long reachable = consensus.stream()
                .flatMap(status -> status.members().stream()
                        .filter(member -> member.voter()
                                && member.reachable()
                                && !member.nodeId().equals(status.self())))
                .count();
        boolean stuck = reachable < left / 2 + 1;
        String loss = stuck
                ? ": only " + reachable + " of the " + left + " managers left can be reached, too few for a quorum, and"
                        + " the swarm could decide nothing any more"
                : ": " + left
                        + (left == 1
                                ? " manager is left, and no more may fail"
                                : " managers are left, of which " + margin(left) + " may fail");
        return SkepException.state(
                "FORCE_REQUIRED",
                "this node is a manager of the swarm" + loss,
                stuck
                        ? "bring other managers back first, or use --force to leave all the same"
                        : "demote it first with \"node demote\", or use --force to leave all the same");
    }

    private static String margin(long managers) {
        long margin = (managers - 1) / 2;
        return margin == 0 ? "none" : Long.toString(margin);
    }
}
