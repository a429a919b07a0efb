package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Annotations;
import org.skep.protocol.GlobalService;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Relocation;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.Version;
import org.skep.protocol.placement.Rebalancer.Move;

class RebalancingTest extends SwarmFixture {

    private int slot;

    @Test
    void anEvenSwarmStaysAsItIs() {
        node("n1");
        node("n2");
        service("web");
        running("web", "n1", 2, task -> task);
        running("web", "n2", 1, task -> task);

        assertThat(scheduler.plan()).isEmpty();
    }

    @Test
    void aNewNodeGetsItsShareInTheFewestMoves() {
        node("n1");
        node("n2");
        service("web");
        running("web", "n1", 3, task -> task);
        running("web", "n2", 3, task -> task);
        node("n3");

        assertThat(scheduler.plan()).hasSize(2).extracting(Move::toNode).containsOnly("n3");
        assertThat(scheduler.plan()).extracting(Move::fromNode).containsExactlyInAnyOrder("n1", "n2");
    }

    @Test
    void servicesComeBeforeTotals() {
        node("n1");
        node("n2");
        service("a");
        service("b");
        running("a", "n1", 2, task -> task);
        running("b", "n2", 2, task -> task);

        assertThat(scheduler.plan()).hasSize(2);
    }

    @Test
    void totalsAreEvenedWhereServicesAre() {
        node("n1");
        node("n2");
        for (String name : List.of("a", "b", "c", "d")) {
            service(name);
            running(name, "n1", 1, task -> task);
        }

        assertThat(scheduler.plan()).hasSize(2).allMatch(move -> move.toNode().equals("n2"));
    }

    @Test
    void filtersAreKept() {
        node("n1");
        node("n2", resources(1, 0));
        service("web");
        running("web", "n1", 4, reserving(1, 0));
        service("pinned");
        running("pinned", "n1", 4, constrained("node.id==n1"));
        service("port");
        running("port", "n1", 1, hostPort(80, PortConfig.Protocol.TCP));
        running("port", "n2", 1, hostPort(80, PortConfig.Protocol.TCP));

        assertThat(scheduler.plan()).hasSize(1).allMatch(move -> move.fromNode().equals("n1"));
    }

    @Test
    void whoHasNoChoiceStays() {
        node("n1");
        node("n2");
        service("global", spec -> spec.setGlobal(GlobalService.getDefaultInstance()));
        service("job", spec -> spec.setReplicatedJob(ReplicatedJob.getDefaultInstance()));
        service("data");
        service("packed");
        running("global", "n1", 3, task -> task.setSlot(0));
        running("job", "n1", 3, task -> task);
        running("data", "n1", 3, mounting("files"));
        running("packed", "n1", 3, strategy("binpack"));

        assertThat(scheduler.plan()).isEmpty();
    }

    @Test
    void whatIsAboutToChangeAnywayStays() {
        node("n1");
        node("n2");
        service("starting");
        service("outdated");
        service("replaced");
        running(
                "starting",
                "n1",
                3,
                task -> task.setStatus(TaskStatus.newBuilder().setState(TaskState.STARTING)));
        running(
                "outdated",
                "n1",
                3,
                task -> task.setSpecVersion(Version.newBuilder().setIndex(0)));
        running("replaced", "n1", 3, task -> task.setSlot(1));

        assertThat(scheduler.plan()).isEmpty();
    }

    @Test
    void movesUnderWayCountAsDone() {
        node("n1");
        node("n2");
        service("web");
        running("web", "n1", 2, task -> task);
        running("web", "n1", 1, task -> task.setSlot(8)
                .setRelocation(Relocation.newBuilder().setNodeId("n2")));
        assertThat(scheduler.plan()).isEmpty();

        running("web", "n2", 1, task -> task.setSlot(8));
        assertThat(scheduler.plan()).isEmpty();
    }

    @Test
    void zonesAreEvenedBeforeNodes() {
        node("n1", labelled("zone", "a"));
        node("n2", labelled("zone", "b"));
        node("n3", labelled("zone", "b"));
        service("web");
        running("web", "n1", 1, spreadOver("node.labels.zone"));
        running("web", "n2", 4, spreadOver("node.labels.zone"));
        running("web", "n3", 1, spreadOver("node.labels.zone"));

        List<Move> moves = scheduler.plan();
        assertThat(moves).allMatch(move -> move.fromNode().equals("n2"));
        assertThat(moves).extracting(Move::toNode).containsExactly("n1", "n1");
    }

    @Test
    void aNodeWhereTasksKeepFailingGetsNone() {
        node("n1");
        node("n2");
        service("web");
        running("web", "n1", 4, task -> task);
        for (int i = 0; i < 5; i++) {
            store.write(tx -> tx.create(pendingTask("web", "failed" + slot++)
                    .setNodeId("n2")
                    .setDesiredState(TaskState.SHUTDOWN)
                    .setStatus(TaskStatus.newBuilder()
                            .setState(TaskState.FAILED)
                            .setTimestamp(Times.timestamp(loops.now())))
                    .build()));
        }

        assertThat(scheduler.plan()).isEmpty();
    }

    private void service(String name) {
        service(name, spec -> spec.setReplicated(ReplicatedService.getDefaultInstance()));
    }

    private void service(String name, UnaryOperator<ServiceSpec.Builder> mode) {
        store.write(tx -> tx.create(Service.newBuilder()
                .setId(name)
                .setSpecVersion(Version.newBuilder().setIndex(1))
                .setSpec(mode.apply(ServiceSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName(name))))
                .build()));
    }

    private void running(String service, String node, int count, UnaryOperator<Task.Builder> more) {
        for (int i = 0; i < count; i++) {
            slot++;
            Task.Builder task = pendingTask(service, service + slot)
                    .setSlot(slot)
                    .setNodeId(node)
                    .setStatus(TaskStatus.newBuilder().setState(TaskState.RUNNING));
            store.write(tx -> tx.create(more.apply(task).build()));
        }
        loops.settle();
    }
}
