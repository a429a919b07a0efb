package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeAddresses;
import org.skep.dispatcher.Wire.From;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeStatus.State;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.store.Kind;

class RemoteSessionsTest extends RemoteNodes {

    @Test
    void aSessionRegistersTheNodeAndTellsItAllItHasToKnow() {
        RemoteWorker worker = open(daemon());

        SessionMessage facts = worker.session.messages.get(0);
        assertThat(facts.getSessionId()).hasSize(25);
        assertThat(facts.getNode().getId()).isEqualTo("n3");
        assertThat(facts.getManagersList())
                .extracting(peer -> peer.getPeer().getAddr())
                .containsExactlyInAnyOrder("10.0.0.1:2377", "10.0.0.2:2377");
        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
        assertThat(node("n3").getStatus().getAddr()).isEqualTo("10.0.0.7");
        assertThat(node("n3").getDescription()).isEqualTo(FakeWorker.DESCRIPTION);
        assertThat(node("n3").hasManagerStatus()).isFalse();
    }

    @Test
    void strangersAndStaleSessionsAreRefused() {
        assertThat(open(From.daemon("nobody", "x")).session.code()).isEqualTo(Status.Code.NOT_FOUND);

        RemoteWorker worker = open(daemon());
        assertThat(worker.beat("another").code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        worker.session.cancel();
        loops.settle();
        assertThat(worker.beat().code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(worker.assignments(Answer.prompt()).code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(worker.listen().code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void theHeartbeatPeriodIsJitteredAndFollowsTheCluster() {
        RemoteWorker worker = open(daemon());
        for (int i = 0; i < 50; i++) {
            assertThat(Times.duration(worker.beat().last().getPeriod()))
                    .isBetween(Duration.ofMillis(4500), Duration.ofMillis(5500));
        }
        heartbeat(Duration.ofSeconds(20));
        assertThat(Times.duration(worker.beat().last().getPeriod()))
                .isBetween(Duration.ofSeconds(18), Duration.ofSeconds(22));
    }

    @Test
    void assignmentsBeginAnewWithEachStream() {
        create("t1");
        RemoteWorker worker = open(daemon());
        Answer<AssignmentsRequest, AssignmentsMessage> first = worker.assignments(Answer.prompt());
        create("t2");
        assertThat(first.messages).hasSize(2);
        assertThat(first.messages.get(0).getType()).isEqualTo(AssignmentsMessage.Type.COMPLETE);
        assertThat(first.messages.get(0).getAppliesTo()).isEmpty();
        assertThat(first.messages.get(1).getType()).isEqualTo(AssignmentsMessage.Type.INCREMENTAL);
        assertThat(first.messages.get(1).getAppliesTo())
                .isEqualTo(first.messages.get(0).getResultsIn());

        first.cancel();
        Answer<AssignmentsRequest, AssignmentsMessage> second = worker.assignments(Answer.prompt());
        assertThat(second.messages).singleElement().satisfies(message -> {
            assertThat(message.getType()).isEqualTo(AssignmentsMessage.Type.COMPLETE);
            assertThat(message.getAppliesTo()).isEmpty();
            assertThat(message.getChangesList()).hasSize(2);
        });
        assertThat(worker.session.end).isEmpty();
    }

    @Test
    void aSlowNodeLearnsHowItIsNotHowItCameToBe() {
        RemoteWorker worker = open(daemon());
        Answer<AssignmentsRequest, AssignmentsMessage> slow = worker.assignments(Answer.slow());
        for (int i = 0; i < 500; i++) {
            String id = "gone" + i;
            create(id);
            store.write(tx -> tx.delete(Kind.TASK, id));
            loops.settle();
        }
        create("kept");
        loops.settle();
        assertThat(slow.messages).hasSize(1);

        slow.read(100);
        loops.settle();
        assertThat(slow.messages).hasSizeLessThan(4);
        assertThat(slow.messages.stream()
                        .flatMap(message -> message.getChangesList().stream())
                        .map(change -> change.getAction() + " "
                                + change.getAssignment().getTask().getId()))
                .contains("UPDATE kept")
                .hasSizeLessThan(10);
        for (int i = 1; i < slow.messages.size(); i++) {
            assertThat(slow.messages.get(i).getAppliesTo())
                    .isEqualTo(slow.messages.get(i - 1).getResultsIn());
        }
    }

    @Test
    void statusesOfOthersTasksAreRefusedAndThoseOfUnknownOnesAreNot() {
        create("mine");
        store.write(tx -> tx.create(task("theirs", "n2")));
        RemoteWorker worker = open(daemon());

        assertThat(worker.report(
                                FakeWorker.update("mine", TaskState.RUNNING),
                                FakeWorker.update("nothing", TaskState.FAILED))
                        .code())
                .isEqualTo(Status.Code.OK);
        assertThat(find("mine").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        assertThat(worker.report(FakeWorker.update("theirs", TaskState.RUNNING)).code())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void aNodeThatDescribesItselfAnewKeepsItsSession() {
        RemoteWorker worker = open(daemon());
        Answer<AssignmentsRequest, AssignmentsMessage> assignments = worker.assignments(Answer.prompt());
        Answer<SessionRequest, SessionMessage> again = worker.describe(
                FakeWorker.DESCRIPTION.toBuilder().setHostname("beta").build());

        assertThat(again.messages.get(0).getSessionId()).isEqualTo(worker.id());
        assertThat(node("n3").getDescription().getHostname()).isEqualTo("beta");
        worker.session.cancel();
        loops.settle();
        create("t1");
        assertThat(assignments.messages).hasSize(2);
        assertThat(worker.beat().code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void sessionsEndWithTheLead() throws InterruptedException {
        RemoteWorker worker = open(daemon());
        Answer<AssignmentsRequest, AssignmentsMessage> assignments = worker.assignments(Answer.prompt());
        leader.close();

        assertThat(worker.session.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(assignments.code()).isEqualTo(Status.Code.ABORTED);
    }

    @Test
    void aRemovedNodeIsSentAway() {
        RemoteWorker worker = open(daemon());
        store.write(tx -> tx.delete(Kind.NODE, "n3"));
        loops.settle();
        assertThat(worker.session.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(open(daemon()).session.code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void managersAnnounceTheirAddressAndWorkersCannot() {
        RemoteWorker other = open(From.daemon("n2", "x"));
        open(daemon().managing("10.0.0.7:2377"));
        assertThat(node("n3").hasManagerStatus()).isFalse();

        changeNode("n3", node -> node.setRole(NodeRole.NODE_ROLE_MANAGER));
        open(daemon().managing("10.0.0.7:2377"));
        assertThat(node("n3").getManagerStatus().getAddr()).isEqualTo("10.0.0.7:2377");
        assertThat(other.session.last().getManagersList())
                .extracting(peer -> peer.getPeer().getAddr())
                .contains("10.0.0.7:2377");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.9:0", "10.0.0.9:65535", "10.0.0.9:99999", "10.0.0.9:port", "[10.0.0.9", ":2377"})
    void aManagersAddressThatIsNoneIsIgnored(String said) {
        assertThat(open(From.daemon("n2", "x").managing(said)).session.messages).isNotEmpty();

        assertThat(node("n2").getManagerStatus().getAddr()).isEqualTo("10.0.0.2:2377");
    }

    @Test
    void theLeaderAnnouncesItsOwnNewAddress() {
        FakeWorker own = new FakeWorker(leader, "n1");
        loops.settle();
        Endpoint moved = new Endpoint("manager.example", 2378);
        leader.setAddresses(new NodeAddresses(moved, moved));
        loops.settle();

        assertThat(node("n1").getManagerStatus().getAddr()).isEqualTo("manager.example:2378");
        assertThat(own.closed).isEmpty();
    }

    @Test
    void anEngineThatRegistersAgainAndAgainIsHeldBack() {
        for (int i = 0; i < 4; i++) {
            assertThat(open(From.engine("n3")).session.messages).isNotEmpty();
        }
        assertThat(open(From.engine("n3")).session.code()).isEqualTo(Status.Code.UNAVAILABLE);
        loops.advance(Duration.ofSeconds(9));
        assertThat(open(From.engine("n3")).session.messages).isNotEmpty();
    }

    @Test
    void aDaemonThatRegistersAgainAndAgainIsHeldBackLater() {
        for (int i = 0; i <= 20; i++) {
            assertThat(open(daemon()).session.messages).isNotEmpty();
        }
        assertThat(open(daemon()).session.code()).isEqualTo(Status.Code.UNAVAILABLE);
        // Another run of the daemon is the same node.
        assertThat(open(From.daemon("n3", "second")).session.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(open(From.daemon("n2", "x")).session.messages).isNotEmpty();
        loops.advance(Duration.ofSeconds(9));
        assertThat(open(daemon()).session.messages).isNotEmpty();
    }

    @Test
    void aNodeThatDescribesItselfAgainAndAgainIsHeldBack() {
        RemoteWorker worker = open(daemon());
        for (int i = 0; i < 20; i++) {
            assertThat(worker.describe(named("host-" + i)).messages).isNotEmpty();
        }
        assertThat(worker.describe(named("last")).code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(node("n3").getDescription().getHostname()).isEqualTo("host-19");
        assertThat(worker.beat().code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aNodeThatSaysTooMuchOfItselfIsRefused() {
        RemoteWorker worker = open(daemon());
        assertThat(worker.describe(named("x".repeat(60 << 10))).messages).isNotEmpty();
        Answer<SessionRequest, SessionMessage> refused = worker.describe(named("x".repeat(64 << 10)));

        assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.end.orElseThrow().getDescription()).contains("more than the 65536 that are taken");
        assertThat(node("n3").getDescription().getHostname()).hasSize(60 << 10);
    }

    @Test
    void aDaemonThatRestartedTakesOverAtOnce() {
        RemoteWorker old = open(daemon());
        loops.advance(Duration.ofSeconds(1));
        old.session.cancel();
        assertThat(open(From.daemon("n3", "second")).session.messages).hasSize(1);
    }

    @Test
    void aSecondDaemonWithTheIdentityOfALivingOneIsRefused() {
        RemoteWorker first = open(daemon());
        RemoteWorker copy = open(From.daemon("n3", "second"));
        beatFor(first, Duration.ofSeconds(3));

        assertThat(copy.session.messages).isEmpty();
        assertThat(copy.session.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(copy.session.end.orElseThrow().getDescription())
                .contains("n3")
                .contains("10.0.0.7");
        assertThat(first.session.end).isEmpty();
    }

    @Test
    void aSecondDaemonWithTheIdentityOfADeadOneIsAdmitted() {
        RemoteWorker first = open(daemon());
        RemoteWorker second = open(From.daemon("n3", "second"));
        assertThat(second.session.messages).isEmpty();
        loops.advance(Duration.ofMillis(2100));

        assertThat(second.session.messages).hasSize(1);
        assertThat(first.session.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(second.beat().code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aCopyOfTheLeaderIsRefused() {
        leader.setInstance(new org.skep.api.node.DaemonInstance("leader"));
        FakeWorker own = new FakeWorker(leader, "n1");
        loops.settle();
        RemoteWorker copy = open(From.daemon("n1", "copy"));
        loops.advance(Duration.ofSeconds(3));

        assertThat(copy.session.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(own.closed).isEmpty();
    }

    @Test
    void aNodeWhoseRoleChangesAgainAndAgainIsNotHeldBackForThat() {
        for (int i = 0; i < 40; i++) {
            NodeRole role = i % 2 == 0 ? NodeRole.NODE_ROLE_MANAGER : NodeRole.NODE_ROLE_WORKER;
            changeNode("n3", node -> node.setRole(role));
            assertThat(open(daemon()).session.messages).isNotEmpty();
        }
    }
}
