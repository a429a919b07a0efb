package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.TaskState;
import org.skep.store.Kind;

/** Sessions of nodes, from their beginning to their end. */
class LeaderDispatcherTest extends LocalNodes {

    @Test
    void openingASessionRegistersTheNode() {
        FakeWorker worker = worker("n1");

        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(node("n1").getDescription()).isEqualTo(FakeWorker.DESCRIPTION);
        assertThat(worker.facts.get(0).getSessionId()).hasSize(25);
        assertThat(worker.facts.get(0).getNode().getId()).isEqualTo("n1");
        assertThat(worker.facts.get(0).getManagersList())
                .singleElement()
                .matches(peer -> peer.getPeer().getAddr().equals("10.0.0.1:2377") && peer.getWeight() == 10);
        assertThat(worker.facts.get(0).getRootCA().toStringUtf8()).isEqualTo("root");
        assertThat(worker.assignments).singleElement().matches(m -> m.getType() == AssignmentsMessage.Type.COMPLETE);
    }

    @Test
    void aStrangerIsTurnedAway() {
        assertThat(worker("nobody").closed).containsExactly("node nobody is not part of this swarm");
    }

    @Test
    void aSecondSessionReplacesTheFirst() {
        FakeWorker first = worker("n1");
        FakeWorker second = worker("n1");
        create("t1", "n1", task -> task);

        assertThat(first.closed).containsExactly("replaced by another session of the same node");
        assertThat(first.tasks()).isEmpty();
        assertThat(second.tasks()).containsOnlyKeys("t1");
        first.session.close();
        loops.advance(Duration.ofMinutes(1));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
    }

    @Test
    void aNodeDescribesItselfAnew() {
        FakeWorker worker = worker("n1");
        worker.session.describe(
                FakeWorker.DESCRIPTION.toBuilder().setHostname("beta").build());
        loops.settle();
        assertThat(node("n1").getDescription().getHostname()).isEqualTo("beta");
        assertThat(worker.closed).isEmpty();
        assertThat(worker.assignments).hasSize(1);

        long entries = store.entries();
        worker.session.describe(
                FakeWorker.DESCRIPTION.toBuilder().setHostname("beta").build());
        loops.settle();
        assertThat(store.entries()).isEqualTo(entries);
    }

    @Test
    void changesOfTheNodeAreToldAndItsStatusIsNot() {
        FakeWorker worker = worker("n1");
        int told = worker.facts.size();
        changeNode("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(NodeSpec.Availability.DRAIN)));
        assertThat(worker.facts).hasSize(told + 1);
        assertThat(worker.facts.get(told).getNode().getSpec().getAvailability()).isEqualTo(NodeSpec.Availability.DRAIN);

        changeNode("n1", node -> node.setStatus(node.getStatus().toBuilder().setMessage("x")));
        assertThat(worker.facts).hasSize(told + 1);
    }

    @Test
    void aNodeWithoutSessionIsDownAfterItsGrace() {
        worker("n1").session.close();
        loops.advance(Duration.ofSeconds(14));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.DOWN);
        assertThat(node("n1").getStatus().getMessage()).isEqualTo("heartbeat failure");

        worker("n1");
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(node("n1").getStatus().getMessage()).isEmpty();
    }

    @Test
    void aNodeThatComesBackInTimeWasNeverAway() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.session.close();
        loops.advance(Duration.ofSeconds(14));
        FakeWorker successor = worker("n1");
        loops.advance(Duration.ofMinutes(1));

        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
        assertThat(successor.tasks()).containsOnlyKeys("t1");
    }

    @Test
    void aNewLeaderIsUnsureOfEveryNodeAndWaitsLonger() throws InterruptedException {
        worker("n1");
        create("t1", "n1", task -> task.setStatus(state(TaskState.RUNNING)));
        dispatcher.close();
        dispatcher = new LeaderDispatcher(store, loops, new SwarmMembership("n1", "cluster"));
        loops.settle();
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.UNKNOWN);
        loops.advance(Duration.ofSeconds(29));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.UNKNOWN);
        loops.advance(Duration.ofSeconds(2));
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.DOWN);
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);

        loops.advance(Duration.ofHours(25));
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.ORPHANED);
    }

    @Test
    void whenTheLeaderStopsItsSessionsEnd() throws InterruptedException {
        FakeWorker worker = worker("n1");
        dispatcher.close();

        assertThat(worker.closed).hasSize(1);
        assertThatThrownBy(() -> worker.session
                        .updateTaskStatus(List.of())
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(SkepException.class);
    }

    @Test
    void aRemovedNodeIsSentAway() {
        FakeWorker worker = worker("n2");
        store.write(tx -> tx.delete(Kind.NODE, "n2"));
        loops.settle();

        assertThat(worker.closed).containsExactly("node n2 was removed from the swarm");
    }

    @Test
    void registeringSurvivesAFullDisk() {
        store.failWrites(SkepException.resource("LOG_UNWRITABLE", "the disk is full", "", null));
        FakeWorker worker = worker("n1");
        loops.advance(Duration.ofSeconds(3));
        assertThat(worker.assignments).isEmpty();
        store.failWrites(null);
        loops.advance(Duration.ofSeconds(6));

        assertThat(worker.assignments).hasSize(1);
        assertThat(node("n1").getStatus().getState()).isEqualTo(NodeStatus.State.READY);
    }
}
