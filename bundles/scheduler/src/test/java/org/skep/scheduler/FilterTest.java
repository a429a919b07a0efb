package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Annotations;
import org.skep.protocol.Driver;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Placement;
import org.skep.protocol.Platform;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.store.Kind;

class FilterTest extends SwarmFixture {

    @ParameterizedTest
    @CsvSource({"PAUSE, READY", "DRAIN, READY", "ACTIVE, DOWN", "ACTIVE, UNKNOWN", "ACTIVE, DISCONNECTED"})
    void nodesThatTakeNothingAreWaitedFor(Availability availability, NodeStatus.State state) {
        node("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(availability))
                .setStatus(NodeStatus.newBuilder().setState(state)));
        String id = task("web", task -> task);
        assertThat(status(id).getState()).isEqualTo(TaskState.PENDING);
        assertThat(status(id).getErr()).isEqualTo("no suitable node (1 node not available for new tasks)");

        change("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(Availability.ACTIVE))
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY)));
        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void everyReasonIsCountedTheMostFrequentFirst() {
        node("n1", node -> node.setSpec(NodeSpec.newBuilder().setAvailability(Availability.DRAIN)));
        node("n2");
        node("n3");
        String id = task("web", constrained("node.labels.zone==east"));

        assertThat(status(id).getErr())
                .isEqualTo("no suitable node (scheduling constraints not satisfied on 2 nodes;"
                        + " 1 node not available for new tasks)");
    }

    @Test
    void aConstraintIsMetOnceALabelIsSet() {
        node("n1");
        node("n2");
        String id = task("web", constrained("node.labels.zone==east"));
        change(
                "n2",
                node -> node.setSpec(NodeSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().putLabels("zone", "east"))));

        assertThat(find(id).getNodeId()).isEqualTo("n2");
    }

    @Test
    void aWrongConstraintIsTold() {
        node("n1");

        assertThat(status(task("web", constrained("nonsense"))).getErr()).startsWith("invalid constraint 'nonsense'");
    }

    @Test
    void reservationsLimitWhatFitsAndLimitsDoNot() {
        node("n1", resources(4, 1 << 30));
        tasks("web", 3, reserving(2, 0));
        assertThat(on("n1", "web")).isEqualTo(2);
        String waiting = pending();
        assertThat(status(waiting).getErr()).isEqualTo("no suitable node (insufficient resources on 1 node)");

        String first = assigned();
        report(first, TaskState.FAILED);
        assertThat(status(waiting).getState()).isEqualTo(TaskState.ASSIGNED);

        String limited = task(
                "limited",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setResources(ResourceRequirements.newBuilder()
                                .setLimits(Resources.newBuilder().setNanoCpus(64_000_000_000L)))));
        assertThat(status(limited).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void memoryIsReservedAsWell() {
        node("n1", resources(4, 100));
        tasks("web", 2, reserving(0, 60));

        assertThat(on("n1", "web")).isEqualTo(1);
    }

    @Test
    void aNodeThatGrowsTakesMore() {
        node("n1", resources(1, 100));
        String id = task("web", reserving(2, 0));
        change("n1", resources(2, 100));

        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void deletingATaskMakesRoom() {
        node("n1", resources(1, 100));
        String first = task("web", reserving(1, 0));
        String second = task("web", reserving(1, 0));
        assertThat(status(second).getState()).isEqualTo(TaskState.PENDING);
        store.write(tx -> tx.delete(Kind.TASK, first));
        loops.settle();

        assertThat(status(second).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aHostPortIsTakenOncePerNodeAndProtocol() {
        node("n1");
        node("n2");
        tasks("web", 3, hostPort(8080, PortConfig.Protocol.TCP));
        assertThat(on("n1", "web")).isEqualTo(1);
        assertThat(on("n2", "web")).isEqualTo(1);
        assertThat(status(pending()).getErr()).isEqualTo("no suitable node (host-mode port already in use on 2 nodes)");

        assertThat(status(task("dns", hostPort(8080, PortConfig.Protocol.UDP))).getState())
                .isEqualTo(TaskState.ASSIGNED);
        String waiting = pending();
        report(assigned("web"), TaskState.SHUTDOWN);
        assertThat(status(waiting).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void replicasPerNodeAreLimited() {
        node("n1");
        tasks(
                "web",
                3,
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setPlacement(Placement.newBuilder().setMaxReplicas(2))));

        assertThat(on("n1", "web")).isEqualTo(2);
        assertThat(status(pending()).getErr())
                .isEqualTo("no suitable node (max replicas per node limit exceeded on 1 node)");
    }

    @ParameterizedTest
    @CsvSource({
        "linux, amd64, true",
        "linux, x86_64, true",
        "'', amd64, true",
        "linux, '', true",
        "'', '', true",
        "linux, arm64, false",
        "windows, amd64, false"
    })
    void thePlatformHasToMatch(String os, String architecture, boolean fits) {
        node(
                "n1",
                node -> node.setDescription(node.getDescription().toBuilder()
                        .setPlatform(Platform.newBuilder().setOs("linux").setArchitecture("x86_64"))));
        String id = task(
                "web",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setPlacement(Placement.newBuilder()
                                .addPlatforms(Platform.newBuilder().setOs(os).setArchitecture(architecture)))));

        assertThat(status(id).getState()).isEqualTo(fits ? TaskState.ASSIGNED : TaskState.PENDING);
        if (!fits) {
            assertThat(status(id).getErr()).isEqualTo("no suitable node (unsupported platform on 1 node)");
        }
    }

    @Test
    void aTaskWaitsForItsVolumeDriver() {
        node("n1");
        store.write(tx -> tx.create(Volume.newBuilder()
                .setId("v")
                .setSpec(VolumeSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("data"))
                        .setDriver(Driver.newBuilder().setName("nfs")))
                .build()));
        String id = task("web", mounting("data"));
        assertThat(status(id).getErr()).isEqualTo("no suitable node (missing volume driver nfs on 1 node)");
        assertThat(status(task("local", mounting("unknown"))).getState()).isEqualTo(TaskState.ASSIGNED);

        change("n1", node -> node.setDescription(plugin("Volume", "nfs")));
        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aTaskWaitsForItsNetworkDriver() {
        node("n1");
        String id = task(
                "web",
                task -> task.addNetworks(NetworkAttachment.newBuilder()
                        .setNetwork(Network.newBuilder()
                                .setDriverState(Driver.newBuilder().setName("bridge")))));
        assertThat(status(id).getErr()).isEqualTo("no suitable node (missing network driver bridge on 1 node)");

        change("n1", node -> node.setDescription(plugin("Network", "bridge")));
        assertThat(status(id).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void logDriversCountWhereNodesListThem() {
        node("n1");
        UnaryOperator<Task.Builder> logging =
                task -> task.setLogDriver(Driver.newBuilder().setName("syslog"));
        assertThat(status(task("a", logging)).getState()).isEqualTo(TaskState.ASSIGNED);

        change("n1", node -> node.setDescription(plugin("Log", "journald")));
        assertThat(status(task("b", logging)).getErr())
                .isEqualTo("no suitable node (missing log driver syslog on 1 node)");
    }
}
