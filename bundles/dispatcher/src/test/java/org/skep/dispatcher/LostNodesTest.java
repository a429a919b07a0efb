package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.api.node.Endpoint;
import org.skep.dispatcher.Wire.From;
import org.skep.protocol.NodeStatus.State;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

/** Which nodes are missed, and when. */
class LostNodesTest extends RemoteNodes {

    @Test
    void aNodeThatIsHeardStaysAndOneThatIsLostWithItsHostIsDownWithinAPeriod() {
        RemoteWorker worker = open(daemon());
        beatFor(worker, Duration.ofMinutes(1));
        silentHosts.add(WORKER);
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);

        loops.advance(Duration.ofMillis(4400));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofMillis(1100));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
        assertThat(node("n3").getStatus().hasSince()).isTrue();
        assertThat(worker.session.code()).isEqualTo(Status.Code.ABORTED);

        open(daemon());
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        assertThat(node("n3").getStatus().hasSince()).isFalse();
    }

    @Test
    void aNodeThatFallsSilentOnAHostThatIsThereHasThreePeriods() {
        open(daemon());
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aHostThatAnswersAtFirstIsAskedAgain() {
        open(daemon());
        loops.advance(Duration.ofSeconds(6));
        silentHosts.add(WORKER);
        loops.advance(Duration.ofSeconds(4));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void anEngineThatIsLostWithItsHostIsMissedSooner() {
        open(From.engine("n3"));
        loops.advance(Duration.ofSeconds(1));
        silentHosts.add(WORKER);
        loops.advance(Duration.ofSeconds(6));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofMillis(1600));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void anEngineIsGivenThreePeriods() {
        open(From.engine("n3"));
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aConnectionThatEndsWhileTheNodeIsAliveLeavesTimeForARestart() {
        RemoteWorker worker = open(daemon());
        beatFor(worker, Duration.ofSeconds(10));
        worker.session.cancel();
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aDaemonThatStopsInOrderHasTwiceTheTime() {
        RemoteWorker worker = open(daemon());
        assertThat(worker.sayGoodbye("stop").code()).isEqualTo(Status.Code.OK);
        worker.session.cancel();
        loops.advance(Duration.ofSeconds(29));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aNodeThatLeavesIsDownAtOnce() {
        RemoteWorker worker = open(daemon());
        worker.sayGoodbye("leave");
        worker.session.cancel();
        loops.settle();
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aGoodbyeThatComesLateCounts() {
        RemoteWorker worker = open(daemon());
        worker.session.cancel();
        worker.sayGoodbye("leave");
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);

        RemoteWorker next = open(daemon());
        worker.sayGoodbye("leave");
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        assertThat(next.session.end).isEmpty();
    }

    @Test
    void aConnectionThatEndsAfterSilenceLeavesNoneIfTheHostIsGone() {
        RemoteWorker worker = open(daemon());
        loops.advance(Duration.ofSeconds(1));
        silentHosts.add(WORKER);
        loops.advance(Duration.ofSeconds(3));
        worker.session.cancel();
        loops.settle();
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofMillis(1600));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aConnectionThatEndsAfterSilenceLeavesTimeIfTheHostIsThere() {
        RemoteWorker worker = open(daemon().through("n2"));
        loops.advance(Duration.ofSeconds(4));
        worker.session.cancel();
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
    }

    @Test
    void aNewLeaderSoonMissesAManagerWhoseHostIsGone() throws InterruptedException {
        open(From.daemon("n2", "x"));
        consensus.members = List.of(member("n1", true), member("n2", false));
        silentHosts.add(new Endpoint("10.0.0.2", 2377));
        changeLeader();
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.UNKNOWN);
        loops.advance(Duration.ofMillis(2100));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aNewLeaderWaitsForAManagerWhoseDaemonRestarts() throws InterruptedException {
        open(From.daemon("n2", "x"));
        consensus.members = List.of(member("n1", true), member("n2", false));
        changeLeader();
        loops.advance(Duration.ofSeconds(29));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.UNKNOWN);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aManagerThatCameBackToTheOthersIsNotMissed() throws InterruptedException {
        open(From.daemon("n2", "x"));
        consensus.members = List.of(member("n1", true), member("n2", false));
        silentHosts.add(new Endpoint("10.0.0.2", 2377));
        changeLeader();
        loops.advance(Duration.ofMillis(1100));
        consensus.members = List.of(member("n1", true), member("n2", true));
        loops.advance(Duration.ofSeconds(20));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void tasksAreGivenUpADayAfterTheirNodeWentDownWhoeverLeads() throws InterruptedException {
        store.write(tx -> tx.create(task("t1", "n3").toBuilder()
                .setStatus(TaskStatus.newBuilder().setState(TaskState.RUNNING))
                .build()));
        open(daemon());
        loops.advance(Duration.ofSeconds(1));
        silentHosts.add(WORKER);
        loops.advance(Duration.ofSeconds(5));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
        loops.advance(Duration.ofHours(13));
        changeNode(
                "n3",
                node -> node.setSpec(node.getSpec().toBuilder()
                        .setAnnotations(
                                node.getSpec().getAnnotations().toBuilder().putLabels("a", "b"))));
        changeLeader();
        loops.advance(Duration.ofHours(10).plusMinutes(55));
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        loops.advance(Duration.ofMinutes(10));
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.ORPHANED);
    }

    @Test
    void aHostThatNeverAnswersKnocksIsNotMissedForThat() {
        silentHosts.add(WORKER);
        RemoteWorker worker = open(daemon());
        beatFor(worker, Duration.ofSeconds(10));
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aManagerInTouchWithTheLeaderIsNotMissedBeforeItIsOutOfTouch() {
        consensus.members = List.of(member("n1", true), member("n2", true));
        silentHosts.add(MANAGER);
        open(From.daemon("n2", "x"));
        loops.advance(Duration.ofSeconds(29));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.READY);

        consensus.members = List.of(member("n1", true), member("n2", false));
        loops.advance(Duration.ofMillis(1100));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aManagerInTouchWithTheLeaderHasTwiceTheTimeWithoutASession() {
        consensus.members = List.of(member("n1", true), member("n2", true));
        RemoteWorker manager = open(From.daemon("n2", "x"));
        beatFor(manager, Duration.ofSeconds(3));
        manager.session.cancel();
        loops.advance(Duration.ofSeconds(29));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n2").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aLeaderThatWasHeldUpMissesNobodyWhoWasAwayMeanwhile() {
        RemoteWorker worker = open(daemon());
        beatFor(worker, Duration.ofSeconds(3));
        worker.session.cancel();
        loops.advance(Duration.ofSeconds(5));
        loops.stall(Duration.ofSeconds(30));
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void aNodeThatTriesToComeBackIsThere() {
        RemoteWorker worker = open(daemon());
        for (int i = 0; i < 20; i++) {
            worker.describe(named("host-" + i));
        }
        worker.session.cancel();
        loops.advance(Duration.ofSeconds(7));
        assertThat(open(daemon()).session.code()).isEqualTo(Status.Code.UNAVAILABLE);
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
    }
}
