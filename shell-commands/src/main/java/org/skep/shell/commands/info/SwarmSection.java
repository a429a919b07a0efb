package org.skep.shell.commands.info;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.Node;
import org.skep.protocol.Times;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.listing.Ages;
import org.skep.shell.commands.listing.NaturalOrder;
import org.skep.shell.commands.tree.ClusterTree;

/**
 * What {@code info} says of the swarm, as docker does.
 *
 * @param cluster only where a manager can tell
 * @param nodes all; empty where the cluster is
 * @param error why this node does not take its part, or cannot tell of the swarm; or empty
 */
record SwarmSection(Swarm.Status status, Optional<Cluster> cluster, List<Node> nodes, String error) {

    static SwarmSection of(Swarm.Status status, Control control) {
        if (status.state() != Swarm.State.ACTIVE || !status.manager()) {
            return new SwarmSection(status, Optional.empty(), List.of(), status.error());
        }
        try {
            Cluster cluster = control.clusters().get();
            return new SwarmSection(
                    status, Optional.of(cluster), control.nodes().list(), status.error());
        } catch (SkepException e) {
            // without a leader, a manager still has something to say of itself
            return new SwarmSection(status, Optional.empty(), List.of(), e.line());
        }
    }

    String state() {
        return status.state().name().toLowerCase(Locale.ROOT);
    }

    void print(Sheet sheet) {
        if (status.state() == Swarm.State.INACTIVE || status.state() == Swarm.State.LOCKED) {
            return;
        }
        sheet.field("NodeID", status.nodeId()).some("Error", error).field("Is Manager", status.manager());
        cluster.ifPresent(present -> print(present, sheet));
        sheet.some("Node Address", status.advertise().map(Endpoint::host).orElse(""))
                .group("Manager Addresses", list -> managers().forEach(list::line));
    }

    private void print(Cluster present, Sheet sheet) {
        ClusterSpec spec = present.getSpec();
        sheet.field("ClusterID", present.getId())
                .field("Managers", managerCount())
                .field("Nodes", nodes.size())
                .some("Default Address Pool", String.join("  ", present.getDefaultAddressPoolList()))
                .some("SubnetSize", number(present.getSubnetSize()))
                .some("Data Path Port", number(present.getVXLANUDPPort()))
                .group(
                        "Orchestration",
                        group -> group.field(
                                "Task History Retention Limit",
                                spec.getOrchestration().getTaskHistoryRetentionLimit()))
                .group("Raft", group -> group.field(
                                "Snapshot Interval", spec.getRaft().getSnapshotInterval())
                        .field(
                                "Number of Old Snapshots to Retain",
                                spec.getRaft().getKeepOldSnapshots())
                        .field("Heartbeat Tick", spec.getRaft().getHeartbeatTick())
                        .field("Election Tick", spec.getRaft().getElectionTick()))
                .group(
                        "Dispatcher",
                        group -> group.field(
                                "Heartbeat Period",
                                Ages.words(Times.duration(spec.getDispatcher().getHeartbeatPeriod()))))
                .group("CA Configuration", group -> group.field(
                                "Expiry Duration",
                                Ages.words(Times.duration(spec.getCaConfig().getNodeCertExpiry())))
                        .field("Force Rotate", spec.getCaConfig().getForceRotate()))
                .field("Autolock Managers", spec.getEncryptionConfig().getAutoLockManagers())
                .field("Root Rotation In Progress", present.getRootCa().hasRootRotation());
    }

    private static String number(int value) {
        return value == 0 ? "" : String.valueOf(value);
    }

    private long managerCount() {
        return nodes.stream().filter(Node::hasManagerStatus).count();
    }

    private List<String> managers() {
        return status.managers().stream()
                .map(Endpoint::toString)
                .sorted(new NaturalOrder())
                .toList();
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("NodeID", status.nodeId());
        tree.put("NodeAddr", status.advertise().map(Endpoint::host).orElse(""));
        tree.put("LocalNodeState", state());
        tree.put("ControlAvailable", status.manager());
        tree.put("Error", error);
        tree.put(
                "RemoteManagers",
                managers().stream().map(addr -> Map.of("Addr", addr)).toList());
        cluster.ifPresent(present -> {
            tree.put("Nodes", nodes.size());
            tree.put("Managers", managerCount());
            tree.put("Cluster", ClusterTree.of(present));
        });
        return tree;
    }
}
