package org.skep.control.local;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.RaftMemberStatus.Reachability;
import org.skep.store.Consensus;

/**
 * Fills in what is never stored, because it is only as true as who sees it: which managers lead and can be reached, and how
 * changes of roles go.
 */
final class ManagerStatuses {

    private final Optional<Consensus.Status> status;
    private final Map<String, Consensus.Member> members;
    private final RoleProgress progress;

    /** @param status of consensus as the leader sees it; where it is empty, nothing is filled in */
    ManagerStatuses(Optional<Consensus.Status> status, RoleProgress progress) {
        this.status = status;
        this.progress = progress;
        this.members = status.stream()
                .flatMap(seen -> seen.members().stream())
                .collect(Collectors.toMap(Consensus.Member::nodeId, Function.identity()));
    }

    /** A node that takes no part in consensus is no manager, whatever it is to become. */
    Node fill(Node node) {
        return status.isEmpty() ? node : progress.fill(reached(node), members.get(node.getId()));
    }

    private Node reached(Node node) {
        Consensus.Member member = members.get(node.getId());
        if (member == null) {
            return node.hasManagerStatus()
                    ? node.toBuilder().clearManagerStatus().build()
                    : node;
        }
        boolean leader = status.get().leader().filter(node.getId()::equals).isPresent();
        return node.toBuilder()
                .setManagerStatus(ManagerStatus.newBuilder(node.getManagerStatus())
                        .setLeader(leader)
                        .setReachability(reachability(member, leader)))
                .build();
    }

    /** @param certain whether it is beyond doubt that it can be reached */
    static Reachability reachability(Consensus.Member member, boolean certain) {
        if (!member.voter()) {
            return Reachability.UNKNOWN;
        }
        return certain || member.reachable() ? Reachability.REACHABLE : Reachability.UNREACHABLE;
    }
}
