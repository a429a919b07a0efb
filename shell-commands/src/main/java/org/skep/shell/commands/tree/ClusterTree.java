package org.skep.shell.commands.tree;

import java.util.List;
import java.util.Map;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;

/** The swarm in full, with the field names of docker's API. Knows no secrets. */
public final class ClusterTree {

    private ClusterTree() {}

    public static Map<String, Object> of(Cluster cluster) {
        return Tree.object(cluster.getId(), cluster.getMeta())
                .put("Spec", spec(cluster.getSpec()))
                .put(
                        "TLSInfo",
                        new Tree()
                                .put(
                                        "TrustRoot",
                                        cluster.getRootCa().getCaCert().toStringUtf8())
                                .build())
                .put("RootRotationInProgress", cluster.getRootCa().hasRootRotation())
                .put("DefaultAddrPool", List.copyOf(cluster.getDefaultAddressPoolList()))
                .put("SubnetSize", cluster.getSubnetSize())
                .put("DataPathPort", cluster.getVXLANUDPPort())
                .build();
    }

    private static Map<String, Object> spec(ClusterSpec spec) {
        return new Tree()
                .put("Name", spec.getAnnotations().getName())
                .put("Labels", Tree.sorted(spec.getAnnotations().getLabelsMap()))
                .put(
                        "Orchestration",
                        new Tree()
                                .put(
                                        "TaskHistoryRetentionLimit",
                                        spec.getOrchestration().getTaskHistoryRetentionLimit())
                                .build())
                .put(
                        "Raft",
                        new Tree()
                                .put("SnapshotInterval", spec.getRaft().getSnapshotInterval())
                                .put("KeepOldSnapshots", spec.getRaft().getKeepOldSnapshots())
                                .put(
                                        "LogEntriesForSlowFollowers",
                                        spec.getRaft().getLogEntriesForSlowFollowers())
                                .put("ElectionTick", spec.getRaft().getElectionTick())
                                .put("HeartbeatTick", spec.getRaft().getHeartbeatTick())
                                .build())
                .put(
                        "Dispatcher",
                        new Tree()
                                .put(
                                        "HeartbeatPeriod",
                                        Tree.nanos(spec.getDispatcher().getHeartbeatPeriod()))
                                .build())
                .put(
                        "CAConfig",
                        new Tree()
                                .put(
                                        "NodeCertExpiry",
                                        Tree.nanos(spec.getCaConfig().getNodeCertExpiry()))
                                .some("ForceRotate", spec.getCaConfig().getForceRotate())
                                .build())
                .put("TaskDefaults", Map.of())
                .put(
                        "EncryptionConfig",
                        new Tree()
                                .put(
                                        "AutoLockManagers",
                                        spec.getEncryptionConfig().getAutoLockManagers())
                                .build())
                .build();
    }
}
