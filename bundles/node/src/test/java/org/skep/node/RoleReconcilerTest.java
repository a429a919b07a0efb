package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.protocol.Certificate;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.store.Consensus;
import org.skep.store.Kind;
import org.skep.store.loop.Loop;
import org.skep.store.loop.StoreLoop;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

class RoleReconcilerTest {

    private static final NodeRole MANAGER = NodeRole.NODE_ROLE_MANAGER;
    private static final NodeRole WORKER = NodeRole.NODE_ROLE_WORKER;

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private final FakeConsensus consensus = new FakeConsensus("m1");
    private RoleReconciler reconciler;
    private Loop loop;
    private StoreLoop changes;
    private Consensus.Follower members;

    @BeforeEach
    void lead() {
        manager("m1");
        loop = loops.open("roles");
        reconciler = new RoleReconciler(store, consensus, loop);
        changes = new StoreLoop(loop, store, EnumSet.of(Kind.NODE), reconciler);
        members = consensus.follow(status -> reconciler.wake());
        loops.settle();
    }

    @AfterEach
    void end() {
        members.close();
        changes.close();
        loop.close();
    }

    private void manager(String id) {
        store.write(tx -> tx.create(node(id, MANAGER)));
        consensus.member(id, true, true);
    }

    private void worker(String id) {
        store.write(tx -> tx.create(node(id, WORKER)));
    }

    private static Node node(String id, NodeRole role) {
        Node.Builder node = Node.newBuilder()
                .setId(id)
                .setRole(role)
                .setSpec(NodeSpec.newBuilder().setDesiredRole(role))
                .setCertificate(certificate(role));
        if (role == MANAGER) {
            node.setManagerStatus(ManagerStatus.newBuilder().setAddr(id + ":2377"));
        }
        return node.build();
    }

    private static Certificate certificate(NodeRole role) {
        return Certificate.newBuilder()
                .setRole(role)
                .setStatus(IssuanceStatus.newBuilder().setState(IssuanceStatus.State.ISSUED))
                .build();
    }

    private void change(String id, UnaryOperator<Node.Builder> change) {
        store.write(tx -> tx.update(
                change.apply(tx.nodes().get(id).orElseThrow().toBuilder()).build()));
        loops.settle();
    }

    private void desire(String id, NodeRole role) {
        change(id, node -> node.setSpec(node.getSpec().toBuilder().setDesiredRole(role)));
    }

    private void issue(String id, NodeRole role) {
        change(id, node -> node.setCertificate(certificate(role)));
    }

    private void learner(String id) {
        consensus.member(id, false, true);
        loops.settle();
    }

    private Node node(String id) {
        return store.view().nodes().get(id).orElseThrow();
    }

    @Test
    void aWorkerBecomesAManagerAndGetsAVoteOnceItLearns() {
        worker("w");

        desire("w", MANAGER);

        assertThat(node("w").getRole()).isEqualTo(MANAGER);
        assertThat(consensus.calls()).isEmpty();
        issue("w", MANAGER);
        learner("w");
        assertThat(consensus.calls()).containsExactly("add w");
    }

    @Test
    void aManagerThatJoinedGetsAVote() {
        store.write(tx -> tx.create(node("m2", MANAGER)));

        learner("m2");

        assertThat(consensus.calls()).containsExactly("add m2");
        loops.advance(Duration.ofMinutes(1));
        assertThat(consensus.calls()).hasSize(1);
    }

    @Test
    void whatHoldsUpAChangeIsKnownUntilItIsOver() {
        manager("m2");
        consensus.member("m2", true, false);
        consensus.member("m1", true, true);
        manager("m3");
        consensus.member("m3", true, false);
        loops.settle();
        desire("m3", WORKER);
        assertThat(reconciler.obstacle("m3").orElseThrow()).contains("would lose its quorum");

        desire("m3", MANAGER);
        assertThat(reconciler.obstacle("m3")).isEmpty();
    }

    @Test
    void whoIsStillGivingUpItsEarlierRoleIsSaidTo() {
        store.write(tx -> tx.create(node("w", WORKER).toBuilder()
                .setCertificate(certificate(MANAGER))
                .build()));
        loops.settle();
        desire("w", MANAGER);
        assertThat(reconciler.obstacle("w").orElseThrow()).contains("once it is the worker");

        issue("w", WORKER);
        assertThat(reconciler.obstacle("w")).isEmpty();
    }

    @Test
    void aLearnerOutOfTouchWaits() {
        store.write(tx -> tx.create(node("m2", MANAGER)));
        consensus.member("m2", false, false);
        loops.settle();

        assertThat(consensus.calls()).isEmpty();
    }

    @Test
    void aLearnerThatIsToBeAWorkerGetsNoVote() {
        worker("w");

        learner("w");

        assertThat(consensus.calls()).isEmpty();
    }

    @Test
    void aVoteThatCannotBeGivenIsTriedAgain() {
        store.write(tx -> tx.create(node("m2", MANAGER)));
        loops.settle();
        consensus.fail(SkepException.state("NOT_CAUGHT_UP", "node m2 has not caught up", ""));
        learner("m2");
        consensus.fail(null);

        loops.advance(Duration.ofSeconds(5));

        assertThat(consensus.calls()).containsExactly("add m2", "add m2");
        assertThat(consensus.status().members()).allMatch(Consensus.Member::voter);
    }

    @Test
    void theVoteGoesBeforeTheRole() {
        manager("m2");
        manager("m3");
        loops.settle();
        consensus.hold();

        desire("m3", WORKER);

        assertThat(consensus.calls()).containsExactly("remove m3");
        assertThat(node("m3").getRole()).isEqualTo(MANAGER);
        consensus.release();
        loops.settle();
        assertThat(node("m3").getRole()).isEqualTo(WORKER);
        assertThat(node("m3").hasManagerStatus()).isFalse();
    }

    @Test
    void theLastManagerStays() {
        desire("m1", WORKER);

        assertThat(consensus.calls()).isEmpty();
        assertThat(node("m1").getRole()).isEqualTo(MANAGER);
    }

    @Test
    void noVoteGoesIfTheOthersCouldNotDecide() {
        manager("m2");
        manager("m3");
        consensus.member("m2", true, false);
        loops.settle();

        desire("m3", WORKER);
        assertThat(consensus.calls()).isEmpty();

        consensus.member("m2", true, true);
        loops.settle();
        assertThat(consensus.calls()).containsExactly("remove m3");
        assertThat(node("m3").getRole()).isEqualTo(WORKER);
    }

    @Test
    void aDeadManagerGoesIfTheOthersCanDecide() {
        manager("m2");
        manager("m3");
        consensus.member("m3", true, false);
        loops.settle();

        desire("m3", WORKER);

        assertThat(node("m3").getRole()).isEqualTo(WORKER);
    }

    @Test
    void whoIsWantedAgainMeanwhileGoesDownBeforeItGoesUp() {
        manager("m2");
        manager("m3");
        loops.settle();
        consensus.hold();
        desire("m3", WORKER);
        desire("m3", MANAGER);
        consensus.release();
        loops.settle();

        assertThat(node("m3").getRole()).isEqualTo(WORKER);
        assertThat(consensus.calls()).containsExactly("remove m3");
        consensus.member("m3", false, false);
        issue("m3", WORKER);
        assertThat(node("m3").getRole()).isEqualTo(MANAGER);
        assertThat(consensus.calls()).containsExactly("remove m3");
        learner("m3");
        assertThat(consensus.calls()).containsExactly("remove m3", "add m3");
    }

    @Test
    void aNewLeaderFinishesWhatTheOldOneBegan() {
        manager("m2");
        store.write(tx -> tx.create(node("m3", MANAGER).toBuilder()
                .setSpec(NodeSpec.newBuilder().setDesiredRole(WORKER))
                .build()));
        loops.settle();

        assertThat(node("m3").getRole()).isEqualTo(WORKER);
        assertThat(consensus.calls()).isEmpty();
    }

    @Test
    void aLeaderThatIsToBeAWorkerGivesItsVoteAway() {
        manager("m2");
        loops.settle();

        desire("m1", WORKER);

        assertThat(consensus.calls()).containsExactly("remove m1");
    }

    @Test
    void aLeaderThatIsNotWrittenYetKeepsItsVote() {
        manager("m2");
        store.write(tx -> tx.delete(Kind.NODE, "m1"));
        loops.settle();

        assertThat(consensus.calls()).isEmpty();
    }

    @Test
    void aVoteOfAWorkerIsTakenBack() {
        worker("w");
        manager("m2");
        consensus.member("w", true, true);
        loops.settle();

        assertThat(consensus.calls()).containsExactly("remove w");
    }

    @Test
    void aVoteOfANodeThatIsGoneIsTakenBack() {
        manager("m2");
        consensus.member("gone", true, false);
        loops.settle();

        assertThat(consensus.calls()).containsExactly("remove gone");
    }
}
