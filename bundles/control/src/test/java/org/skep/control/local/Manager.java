package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.store.Proposer;
import org.skep.store.testing.TestStore;

/** A manager whose store is in memory, and small objects to fill it with. */
final class Manager {

    static final String NODE_ID = "n".repeat(25);

    final TestStore store = new TestStore();
    final ManagerStore access = new ManagerStore(Duration.ofMillis(50));
    final Drivers drivers = new Drivers();

    static Manager leading() {
        Manager manager = new Manager();
        Proposer proposer = entry -> null;
        manager.access.bindMembership(new SwarmMembership(NODE_ID, "c".repeat(25)));
        manager.access.bindStore(manager.store);
        manager.access.bindProposer(proposer);
        return manager;
    }

    static ServiceSpec spec(String name) {
        ServiceSpec.Builder spec = ServiceSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName(name))
                .setReplicated(ReplicatedService.newBuilder().setReplicas(1));
        spec.getTaskBuilder().setContainer(ContainerSpec.newBuilder().setImage("nginx:1.27"));
        return spec.build();
    }

    static ServiceSpec attached(String name, String network) {
        ServiceSpec.Builder spec = spec(name).toBuilder();
        spec.getTaskBuilder().addNetworks(NetworkAttachmentConfig.newBuilder().setTarget(network));
        return spec.build();
    }

    static PortConfig port(int published, PortConfig.PublishMode mode) {
        return PortConfig.newBuilder()
                .setTargetPort(80)
                .setPublishedPort(published)
                .setPublishMode(mode)
                .build();
    }

    static NetworkSpec network(String name) {
        return NetworkSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName(name))
                .setDriverConfig(Driver.newBuilder().setName("bridge"))
                .build();
    }

    Network givenNetwork(String id, NetworkSpec spec) {
        Network network = Network.newBuilder().setId(id).setSpec(spec).build();
        store.write(tx -> tx.create(network));
        return network;
    }

    Node givenNode(String id, String hostname) {
        Node node = Node.newBuilder()
                .setId(id)
                .setRole(NodeRole.NODE_ROLE_MANAGER)
                .setSpec(NodeSpec.newBuilder()
                        .setDesiredRole(NodeRole.NODE_ROLE_MANAGER)
                        .setMembership(NodeSpec.Membership.ACCEPTED))
                .setDescription(NodeDescription.newBuilder().setHostname(hostname))
                .setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.READY))
                .build();
        store.write(tx -> tx.create(node));
        return store.view().nodes().get(id).orElseThrow();
    }

    Task givenTask(Task.Builder task) {
        store.write(tx -> tx.create(task.build()));
        return store.view().tasks().get(task.getId()).orElseThrow();
    }

    static Task.Builder task(String id, String serviceId, String service, long slot, TaskState state) {
        return Task.newBuilder()
                .setId(id)
                .setServiceId(serviceId)
                .setServiceAnnotations(Annotations.newBuilder().setName(service))
                .setSlot(slot)
                .setDesiredState(TaskState.RUNNING)
                .setStatus(TaskStatus.newBuilder().setState(state));
    }

    static void assertRefused(String code, String fragment, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SkepException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.line()).contains(fragment).doesNotContain("\n");
        });
    }
}
