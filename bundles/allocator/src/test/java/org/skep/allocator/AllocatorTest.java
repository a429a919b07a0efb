package org.skep.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Annotations;
import org.skep.protocol.Driver;
import org.skep.protocol.Endpoint;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

class AllocatorTest {

    private static final PortConfig HOST_PORT = PortConfig.newBuilder()
            .setTargetPort(80)
            .setPublishedPort(8080)
            .setPublishMode(PublishMode.HOST)
            .build();

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());

    @BeforeEach
    void start() {
        new Allocator(store, loops);
        loops.settle();
    }

    @Test
    void aTaskThatNeedsNothingIsReadyToBeScheduled() {
        create("t1", task -> task);

        assertThat(task("t1").getStatus().getState()).isEqualTo(TaskState.PENDING);
        assertThat(task("t1").getStatus().getMessage()).isEqualTo("pending task scheduling");
    }

    @Test
    void hostPortsAreGranted() {
        create("t1", task -> task.setEndpoint(Endpoint.newBuilder().setSpec(ports(HOST_PORT))));

        assertThat(task("t1").getEndpoint().getPortsList()).containsExactly(HOST_PORT);
    }

    @Test
    void ingressPortsAreRefusedWithAReason() {
        create(
                "t1",
                task -> task.setEndpoint(Endpoint.newBuilder()
                        .setSpec(ports(PortConfig.newBuilder().setTargetPort(80).build()))));

        assertThat(task("t1").getStatus().getState()).isEqualTo(TaskState.NEW);
        assertThat(task("t1").getStatus().getErr())
                .isEqualTo("port 80: publish mode ingress is not supported yet, use mode=host");
    }

    @Test
    void aServiceGetsItsEndpoint() {
        store.write(tx -> tx.create(Service.newBuilder()
                .setId("s")
                .setSpec(ServiceSpec.newBuilder().setEndpoint(ports(HOST_PORT)))
                .build()));
        loops.settle();
        assertThat(service().getEndpoint().getPortsList()).containsExactly(HOST_PORT);

        store.write(tx -> tx.update(service().toBuilder()
                .setSpec(ServiceSpec.newBuilder().setEndpoint(EndpointSpec.getDefaultInstance()))
                .build()));
        loops.settle();
        assertThat(service().getEndpoint().getPortsList()).isEmpty();
    }

    @Test
    void networksAreAttachedInTheirOrderWithAliases() {
        network("n1", "front", "bridge");
        network("n2", "back", "");
        create(
                "t1",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .addNetworks(NetworkAttachmentConfig.newBuilder()
                                .setTarget("n2")
                                .addAliases("db"))
                        .addNetworks(NetworkAttachmentConfig.newBuilder().setTarget("FRONT"))));

        List<NetworkAttachment> attached = task("t1").getNetworksList();
        assertThat(attached).extracting(a -> a.getNetwork().getId()).containsExactly("n2", "n1");
        assertThat(attached.get(0).getAliasesList()).containsExactly("db");
        assertThat(attached)
                .allMatch(a -> a.getNetwork().getDriverState().getName().equals("bridge"));
        assertThat(store.view()
                        .networks()
                        .get("n2")
                        .orElseThrow()
                        .getDriverState()
                        .getName())
                .isEqualTo("bridge");
    }

    @Test
    void theNetworksOfEveryEngineNeedNoObject() {
        create(
                "t1",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .addNetworks(NetworkAttachmentConfig.newBuilder().setTarget("host"))));

        assertThat(task("t1").getNetworks(0).getNetwork().getDriverState().getName())
                .isEqualTo("host");
    }

    @Test
    void aTaskWaitsForItsNetworkWithAReason() {
        create(
                "t1",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .addNetworks(NetworkAttachmentConfig.newBuilder().setTarget("front"))));
        assertThat(task("t1").getStatus().getState()).isEqualTo(TaskState.NEW);
        assertThat(task("t1").getStatus().getErr()).isEqualTo("network front not found");
        long entries = store.entries();
        loops.advance(Duration.ofMinutes(10));
        assertThat(store.entries()).isEqualTo(entries);

        network("n1", "front", "bridge");
        assertThat(task("t1").getStatus().getState()).isEqualTo(TaskState.PENDING);
        assertThat(task("t1").getStatus().getErr()).isEmpty();
    }

    @Test
    void aTaskThatIsNotWantedStaysWhereItIs() {
        create("t1", task -> task.setDesiredState(TaskState.REMOVE));

        assertThat(task("t1").getStatus().getState()).isEqualTo(TaskState.NEW);
    }

    @Test
    void aTaskThatIsStoppedWhileItWaitsIsOver() {
        create("t1", task -> task.setDesiredState(TaskState.SHUTDOWN));

        assertThat(task("t1").getStatus().getState()).isEqualTo(TaskState.SHUTDOWN);
    }

    private void create(String id, UnaryOperator<Task.Builder> more) {
        store.write(tx -> tx.create(more.apply(Task.newBuilder()
                        .setId(id)
                        .setDesiredState(TaskState.RUNNING)
                        .setStatus(TaskStatus.newBuilder().setState(TaskState.NEW)))
                .build()));
        loops.settle();
    }

    private void network(String id, String name, String driver) {
        store.write(tx -> tx.create(Network.newBuilder()
                .setId(id)
                .setSpec(NetworkSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName(name))
                        .setDriverConfig(Driver.newBuilder().setName(driver)))
                .build()));
        loops.settle();
    }

    private static EndpointSpec ports(PortConfig port) {
        return EndpointSpec.newBuilder().addPorts(port).build();
    }

    private Service service() {
        return store.view().services().get("s").orElseThrow();
    }

    private Task task(String id) {
        return store.view().tasks().get(id).orElseThrow();
    }
}
