package org.skep.control.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.skep.control.Clusters;
import org.skep.control.Services;
import org.skep.control.testing.Users;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.protocol.placement.Rebalancer;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;

/** A value of each type that the Control API has, for calls of its methods. */
final class Samples {

    private static final Map<Type, Object> VALUES = Map.ofEntries(
            Map.entry(long.class, 42L),
            Map.entry(boolean.class, true),
            Map.entry(int.class, 7),
            Map.entry(Rebalancer.Move.class, new Rebalancer.Move("t", "n", "m")),
            Map.entry(OptionalLong.class, OptionalLong.of(3)),
            Map.entry(Requester.class, Users.ANN),
            Map.entry(Revision.class, Revision.newBuilder().setNumber(3).build()),
            Map.entry(NodeRole.class, NodeRole.NODE_ROLE_MANAGER),
            Map.entry(Service.class, Service.newBuilder().setId("s").build()),
            Map.entry(Task.class, Task.newBuilder().setId("t").build()),
            Map.entry(Node.class, Node.newBuilder().setId("n").build()),
            Map.entry(Network.class, Network.newBuilder().setId("w").build()),
            Map.entry(Volume.class, Volume.newBuilder().setId("v").build()),
            Map.entry(Config.class, Config.newBuilder().setId("c").build()),
            Map.entry(Cluster.class, Cluster.newBuilder().setId("u").build()),
            Map.entry(
                    ServiceSpec.class,
                    ServiceSpec.newBuilder().build().toBuilder()
                            .setTask(org.skep.protocol.TaskSpec.newBuilder().setForceUpdate(3))
                            .build()),
            Map.entry(
                    NodeSpec.class,
                    NodeSpec.newBuilder()
                            .setDesiredRole(NodeRole.NODE_ROLE_MANAGER)
                            .build()),
            Map.entry(
                    NetworkSpec.class,
                    NetworkSpec.newBuilder().setInternal(true).build()),
            Map.entry(VolumeSpec.class, VolumeSpec.newBuilder().setGroup("g").build()),
            Map.entry(
                    ConfigSpec.class,
                    ConfigSpec.newBuilder()
                            .setData(ByteString.copyFromUtf8("d"))
                            .build()),
            Map.entry(
                    ClusterSpec.class,
                    ClusterSpec.newBuilder()
                            .setRaft(org.skep.protocol.RaftConfig.newBuilder().setSnapshotInterval(5))
                            .build()),
            Map.entry(Services.Explanation.class, new Services.Explanation("t", "web.1", List.of("no room", "paused"))),
            Map.entry(Clusters.Signer.class, new Clusters.Signer("certificate", "key")),
            Map.entry(Clusters.Invitation.class, new Clusters.Invitation("SWMTKN", List.of("a:2377", "b:2377"))),
            Map.entry(Clusters.Rotation.class, new Clusters.Rotation(true, 2, 5)),
            Map.entry(
                    Clusters.ManagersStatus.class,
                    new Clusters.ManagersStatus(
                            "a",
                            "b",
                            3,
                            4,
                            5,
                            true,
                            6,
                            List.of(new Clusters.Manager("a", "alpha", "a:2377", true, false, true, -1)))));

    private Samples() {}

    static Object of(Type type) {
        if (type == void.class) {
            return null;
        }
        if (type == String.class) {
            return "text";
        }
        if (type instanceof ParameterizedType generic) {
            Object element = of(generic.getActualTypeArguments()[0]);
            return generic.getRawType() == Optional.class ? Optional.of(element) : List.of(element, element);
        }
        assertThat(VALUES).as("a value of %s", type).containsKey(type);
        return VALUES.get(type);
    }
}
