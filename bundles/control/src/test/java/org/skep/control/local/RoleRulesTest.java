package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;

import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.control.testing.FakeConsensus;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.RaftMemberStatus.Reachability;
import org.skep.store.Consensus.Member;

class RoleRulesTest {

    private static final String ALPHA = Manager.NODE_ID;
    private static final String BETA = "b".repeat(25);
    private static final String GAMMA = "g".repeat(25);

    private final Manager manager = Manager.leading();
    private final FakeConsensus consensus = new FakeConsensus(ALPHA);
    private final LocalNodes nodes = new LocalNodes(manager.access);

    @BeforeEach
    void threeManagers() {
        manager.access.bindConsensus(consensus);
        manager.givenNode(ALPHA, "alpha");
        manager.givenNode(BETA, "beta");
        manager.givenNode(GAMMA, "gamma");
        consensus.with(BETA, true, true).with(GAMMA, true, true);
    }

    private Node ask(String reference, NodeRole role) {
        Node node = nodes.get(reference);
        return nodes.update(
                node.getId(),
                node.getMeta().getVersion().getIndex(),
                node.getSpec().toBuilder().setDesiredRole(role).build());
    }

    private Node demote(String reference) {
        return ask(reference, NodeRole.NODE_ROLE_WORKER);
    }

    private Node promote(String reference) {
        return ask(reference, NodeRole.NODE_ROLE_MANAGER);
    }

    private void reachable(boolean beta, boolean gamma) {
        consensus.members(
                new Member(ALPHA, true, true, 9), new Member(BETA, true, beta, 9), new Member(GAMMA, true, gamma, 9));
    }

    private void given(String id, NodeStatus.State state) {
        manager.store.write(tx -> tx.update(tx.nodes().get(id).orElseThrow().toBuilder()
                .setStatus(NodeStatus.newBuilder().setState(state))
                .build()));
    }

    @Test
    void aNodeSaysHowItsChangeOfRoleGoes() {
        assertThat(nodes.get("gamma").getStatus().getMessage()).isEmpty();
        consensus.members(
                new Member(ALPHA, true, true, 9), new Member(BETA, true, true, 9), new Member(GAMMA, false, true, 9));
        assertThat(nodes.get("gamma").getStatus().getMessage()).contains("catches up");

        nodes.bindObstacles(id -> Optional.of("cannot be given a vote yet"));
        assertThat(nodes.get("gamma").getStatus().getMessage()).isEqualTo("cannot be given a vote yet");
        assertThat(nodes.get("beta").getStatus().getMessage()).isEmpty();
    }

    @Test
    void theLastManagerStays() {
        demote("gamma");
        demote("beta");

        assertRefused("LAST_MANAGER", "node alpha is the last manager", () -> demote("alpha"));
        assertThat(nodes.get("beta").getSpec().getDesiredRole()).isEqualTo(NodeRole.NODE_ROLE_WORKER);
    }

    /** Whoever is to be a manager is none before it has a vote. */
    @Test
    void theLastWithAVoteStays() {
        consensus.members(
                new Member(ALPHA, true, true, 9), new Member(BETA, false, true, 9), new Member(GAMMA, false, true, 9));

        assertRefused("LAST_MANAGER", "node alpha is the last manager", () -> demote("alpha"));
    }

    @Test
    void whoeverIsNeededForTheMajorityStays() {
        reachable(true, false);

        assertRefused(
                "QUORUM_LOSS",
                "node beta cannot be demoted: of the 2 managers left, 1 can be reached and 2 are needed",
                () -> demote("beta"));
        assertRefused("QUORUM_LOSS", "node alpha", () -> demote("alpha"));
        demote("gamma");
    }

    @Test
    void whoIsOnTheWayOutCountsNoMore() {
        reachable(true, false);
        demote("gamma");

        demote("beta");
    }

    @Test
    void whoTakesNoPartInConsensusMayAlwaysBeDemoted() {
        reachable(true, false);
        manager.givenNode("x".repeat(25), "delta");

        demote("delta");
    }

    @Test
    void askingForTheRoleOneHasIsRight() {
        Node before = nodes.get("beta");

        assertThat(promote("beta").getSpec()).isEqualTo(before.getSpec());
        demote("beta");
        demote("beta");
    }

    @Test
    void aNodeThatIsDownIsNotPromoted() {
        demote("beta");
        given(BETA, NodeStatus.State.DOWN);
        assertRefused("NODE_DOWN", "node beta is down", () -> promote("beta"));
        given(BETA, NodeStatus.State.UNKNOWN);

        assertThat(promote("beta").getSpec().getDesiredRole()).isEqualTo(NodeRole.NODE_ROLE_MANAGER);
    }

    @Test
    void whoLeadsAndCanBeReachedIsWhatTheLeaderSees() {
        consensus
                .members(
                        new Member(ALPHA, true, true, 9),
                        new Member(BETA, true, false, 9),
                        new Member(GAMMA, false, true, 9))
                .led(Optional.of(ALPHA));
        manager.store.write(tx -> {
            Node.Builder former =
                    tx.nodes().get(GAMMA).orElseThrow().toBuilder().setId("former");
            former.clearMeta().getManagerStatusBuilder().setAddr("10.0.0.9:2377");
            tx.create(former.build());
            Node beta = tx.nodes().get(BETA).orElseThrow();
            tx.update(beta.toBuilder()
                    .setManagerStatus(ManagerStatus.newBuilder().setAddr("10.0.0.2:2377"))
                    .build());
        });

        assertThat(nodes.get("alpha").getManagerStatus().getLeader()).isTrue();
        assertThat(nodes.get("alpha").getManagerStatus().getReachability()).isEqualTo(Reachability.REACHABLE);
        assertThat(nodes.get("beta").getManagerStatus())
                .isEqualTo(ManagerStatus.newBuilder()
                        .setAddr("10.0.0.2:2377")
                        .setReachability(Reachability.UNREACHABLE)
                        .build());
        assertThat(nodes.get(GAMMA).getManagerStatus().getReachability()).isEqualTo(Reachability.UNKNOWN);
        assertThat(nodes.get("former").hasManagerStatus()).isFalse();
        assertThat(nodes.list()).filteredOn(node -> node.getId().equals(ALPHA)).allMatch(node -> node.getManagerStatus()
                .getLeader());
        assertThat(manager.store.view().nodes().get(ALPHA).orElseThrow().hasManagerStatus())
                .isFalse();
    }
}
