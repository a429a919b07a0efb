package org.skep.shell.commands.testing;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Meta;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Platform;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.RaftMemberStatus;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Resources;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Version;

/** Objects of a small swarm. */
public final class Fakes {

    public static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    public static final String NODE = "node1aaaaaaaaaaaaaaaaaaaa";

    private Fakes() {}

    public static Timestamp ago(long seconds) {
        return Timestamp.newBuilder()
                .setSeconds(NOW.minusSeconds(seconds).getEpochSecond())
                .build();
    }

    public static Meta meta(long version, long secondsAgo) {
        return Meta.newBuilder()
                .setVersion(Version.newBuilder().setIndex(version))
                .setCreatedAt(ago(secondsAgo))
                .setUpdatedAt(ago(secondsAgo))
                .build();
    }

    public static Node node() {
        return node(NODE, "host1", true);
    }

    public static Node node(String id, String hostname, boolean leader) {
        Node.Builder node = Node.newBuilder()
                .setId(id)
                .setMeta(meta(7, 3600))
                .setSpec(NodeSpec.newBuilder()
                        .setMembership(NodeSpec.Membership.ACCEPTED)
                        .setDesiredRole(leader ? NodeRole.NODE_ROLE_MANAGER : NodeRole.NODE_ROLE_WORKER))
                .setRole(leader ? NodeRole.NODE_ROLE_MANAGER : NodeRole.NODE_ROLE_WORKER)
                .setDescription(NodeDescription.newBuilder()
                        .setHostname(hostname)
                        .setPlatform(Platform.newBuilder().setOs("linux").setArchitecture("x86_64"))
                        .setResources(Resources.newBuilder()
                                .setNanoCpus(2_000_000_000L)
                                .setMemoryBytes(4L << 30))
                        .setEngine(EngineDescription.newBuilder()
                                .setEngineVersion("0.1.0")
                                .addPlugins(PluginDescription.newBuilder()
                                        .setType("Volume")
                                        .setName("local"))
                                .addPlugins(PluginDescription.newBuilder()
                                        .setType("Network")
                                        .setName("bridge"))
                                .addPlugins(PluginDescription.newBuilder()
                                        .setType("Network")
                                        .setName("host"))))
                .setStatus(
                        NodeStatus.newBuilder().setState(NodeStatus.State.READY).setAddr("10.0.0.1"));
        if (leader) {
            node.setManagerStatus(ManagerStatus.newBuilder()
                    .setLeader(true)
                    .setAddr("10.0.0.1:2377")
                    .setReachability(RaftMemberStatus.Reachability.REACHABLE));
        }
        return node.build();
    }

    public static ServiceSpec spec(String name, long replicas) {
        return ServiceSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName(name))
                .setReplicated(ReplicatedService.newBuilder().setReplicas(replicas))
                .setTask(TaskSpec.newBuilder()
                        .setContainer(ContainerSpec.newBuilder().setImage("alpine:3")))
                .build();
    }

    public static Service service(String name, long replicas) {
        return Service.newBuilder()
                .setId(name + "service".concat("0".repeat(18 - name.length())))
                .setMeta(meta(10, 600))
                .setSpec(spec(name, replicas))
                .build();
    }

    public static Task task(Service service, long slot, int generation, TaskState state) {
        return Task.newBuilder()
                .setId("task" + slot + "x" + generation + "aaaaaaaaaaaaaaaaaa")
                .setMeta(meta(11, 300 - 60L * generation))
                .setSpec(service.getSpec().getTask())
                .setServiceId(service.getId())
                .setServiceAnnotations(service.getSpec().getAnnotations())
                .setSlot(slot)
                .setNodeId(NODE)
                .setDesiredState(state.getNumber() <= TaskState.RUNNING_VALUE ? TaskState.RUNNING : TaskState.SHUTDOWN)
                .setStatus(TaskStatus.newBuilder().setState(state).setTimestamp(ago(200 - 60L * generation)))
                .build();
    }

    public static Task failed(Task task, String error) {
        Task.Builder failed = task.toBuilder();
        failed.getStatusBuilder().setErr(error);
        return failed.build();
    }
}
