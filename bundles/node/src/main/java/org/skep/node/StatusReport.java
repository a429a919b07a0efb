package org.skep.node;

import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.NodeRuntime;
import org.skep.control.Swarm.State;
import org.skep.control.Swarm.Status;
import org.skep.store.Consensus;

/** Says how this node is. */
record StatusReport(NodeConfig config, Presence presence, RoleKeeper roles, ManagerServices services) {

    /** How the node is, and why it is not better. */
    private record Health(State state, String error, String remedy) {
        Health(State state, String error) {
            this(state, error, "");
        }
    }

    /** @param runtime null if there is none */
    Status make(NodeRuntime runtime) {
        NodeState state = presence.state();
        boolean manager = presence.manages();
        Optional<NodeRecord> member = state.member();
        Health health = health(state, manager);
        String version = "";
        String error = health.error();
        if (runtime != null) {
            try {
                version = runtime.driver().info().version();
            } catch (SkepException e) {
                error = error.isEmpty() ? e.line() : error;
            }
        }
        return new Status(
                health.state(),
                member.map(NodeRecord::nodeId).orElse(""),
                member.map(NodeRecord::clusterId).orElse(""),
                member.isPresent() && manager,
                member.isPresent() && services.proposer() != null,
                error,
                health.remedy(),
                member.map(known -> known.place().advertise()),
                member.isPresent() ? addresses() : List.of(),
                config.hostname(),
                runtime == null ? "" : runtime.name(),
                version);
    }

    private List<Endpoint> addresses() {
        return presence.managers().all().stream()
                .map(KnownManagers.Manager::address)
                .toList();
    }

    private Health health(NodeState state, boolean manager) {
        if (!state.damage().isEmpty()) {
            return new Health(State.ERROR, state.damage(), state.remedy());
        }
        if (state.record().isEmpty()) {
            return new Health(State.INACTIVE, "");
        }
        if (state.member().isEmpty()) {
            return new Health(State.PENDING, "");
        }
        if (presence.locked()) {
            return new Health(State.LOCKED, "the keys of this manager are locked (open them with \"swarm unlock\")");
        }
        if (!roles.refusal().isEmpty()) {
            return new Health(
                    State.ERROR,
                    roles.refusal() + " (use \"swarm leave\" to make this node forget the swarm)",
                    "leave with \"swarm leave" + (manager ? " --force" : "")
                            + "\"; a manager's \"swarm join-token\" tells how to join again");
        }
        return manager ? managerHealth() : workerHealth();
    }

    private Health managerHealth() {
        boolean led = services.proposer() != null
                || services.consensus().flatMap(Consensus.Status::leader).isPresent();
        String trouble = roles.trouble();
        return led
                ? new Health(State.ACTIVE, trouble)
                : new Health(State.PENDING, trouble.isEmpty() ? "the swarm has no leader" : trouble);
    }

    private Health workerHealth() {
        return roles.heard()
                ? new Health(State.ACTIVE, roles.trouble())
                : new Health(State.PENDING, "no manager of the swarm has answered since this node started");
    }
}
