package org.skep.shell.commands.info;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.api.node.NodeConfig;
import org.skep.control.Swarm;
import org.skep.protocol.Cluster;
import org.skep.protocol.Node;
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.Manager;
import org.skep.shell.commands.Sheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code info}: what this node is, and its place in a swarm. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("info")
@Requires(Role.VIEWER)
@Command(name = "info", description = "Display system-wide information")
public final class Info implements ShellCommand {

    @Mixin
    private FormatOption format = new FormatOption();

    private final Manager manager;
    private final Swarm swarm;
    private final NodeConfig config;

    @Activate
    public Info(@Reference Manager manager, @Reference Swarm swarm, @Reference NodeConfig config) {
        this.manager = manager;
        this.swarm = swarm;
        this.config = config;
    }

    @Override
    public Outcome run(Session session) {
        Swarm.Status status = swarm.status();
        Optional<Members> members =
                status.state() == Swarm.State.ACTIVE && status.manager() ? members() : Optional.empty();
        if (format.given()) {
            return format.print(tree(status, members));
        }
        return new Sheet()
                .field("Name", status.hostname())
                .field("Server Version", config.version())
                .field("Runtime", runtime(status))
                .field("Operating System", Platforms.os())
                .field("Architecture", Platforms.architecture())
                .field("CPUs", Runtime.getRuntime().availableProcessors())
                .field("State Dir", config.stateDir())
                .field("Swarm", status.state().name().toLowerCase(Locale.ROOT))
                .some(" NodeID", status.nodeId())
                .some(" Error", status.error())
                .some(" Is Manager", status.nodeId().isEmpty() ? null : status.manager())
                .some(" ClusterID", members.map(Members::clusterId).orElse(null))
                .some(" Managers", members.map(Members::managers).orElse(null))
                .some(" Nodes", members.map(Members::nodes).orElse(null))
                .some(
                        " Task History Retention Limit",
                        members.map(Members::history).orElse(null))
                .labels("Labels", config.labels())
                .outcome();
    }

    private static String runtime(Swarm.Status status) {
        return status.runtime().isEmpty() ? "none" : (status.runtime() + " " + status.runtimeVersion()).strip();
    }

    private record Members(String clusterId, long managers, long nodes, long history) {}

    /** A manager that has lost the swarm's majority still has something to say about itself. */
    private Optional<Members> members() {
        try {
            Cluster cluster = swarm.cluster();
            List<Node> nodes = manager.nodes().list();
            return Optional.of(new Members(
                    cluster.getId(),
                    nodes.stream().filter(Node::hasManagerStatus).count(),
                    nodes.size(),
                    cluster.getSpec().getOrchestration().getTaskHistoryRetentionLimit()));
        } catch (SkepException e) {
            return Optional.empty();
        }
    }

    private Map<String, Object> tree(Swarm.Status status, Optional<Members> members) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("NodeID", status.nodeId());
        section.put("LocalNodeState", status.state().name().toLowerCase(Locale.ROOT));
        section.put("ControlAvailable", status.manager());
        section.put("Error", status.error());
        members.ifPresent(m -> {
            section.put("Nodes", m.nodes());
            section.put("Managers", m.managers());
            section.put("Cluster", Map.of("ID", m.clusterId()));
        });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("ID", status.nodeId());
        tree.put("Name", status.hostname());
        tree.put("ServerVersion", config.version());
        tree.put("DefaultRuntime", status.runtime());
        tree.put("OSType", Platforms.os());
        tree.put("Architecture", Platforms.architecture());
        tree.put("NCPU", Runtime.getRuntime().availableProcessors());
        tree.put("DockerRootDir", config.stateDir().toString());
        tree.put("Swarm", section);
        tree.put("Labels", new TreeMap<>(config.labels()));
        return tree;
    }
}
