package org.skep.shell.commands.swarm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
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
import org.skep.api.node.Endpoint;
import org.skep.control.Clusters;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.protocol.Node;
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.node.RoleChange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code swarm status}: how the managers stand with each other. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm status")
@Requires(Role.VIEWER)
@Command(name = "status", description = "Show the managers, and how many of them may fail")
public final class SwarmStatus implements ShellCommand {

    @Mixin
    private FormatOption format = new FormatOption();

    private final Swarm swarm;
    private final Control control;

    @Activate
    public SwarmStatus(@Reference Swarm swarm, @Reference Control control) {
        this.swarm = swarm;
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        Swarm.Status status = swarm.status();
        // without a leader, too, a manager can tell
        if (status.manager() && status.state() != Swarm.State.LOCKED && status.state() != Swarm.State.ERROR) {
            Clusters.ManagersStatus seen = control.clusters().managers();
            Managers managers = new Managers(status, seen, seen.leader().isEmpty() ? List.of() : changing());
            return format.given() ? format.print(managers.tree(control.copy())) : managers.print();
        }
        if (format.given()) {
            return format.print(tree(status));
        }
        return new Sheet()
                .field("Swarm", status.state().name().toLowerCase(Locale.ROOT))
                .some("Cluster ID", status.clusterId())
                .some("This node", status.nodeId())
                .some("Error", status.error())
                .some(
                        "Managers",
                        status.managers().stream()
                                .map(Endpoint::toString)
                                .sorted()
                                .collect(Collectors.joining(", ")))
                .field("What to do", advice(status))
                .outcome();
    }

    /** Only the leader knows. */
    private List<Node> changing() {
        try {
            return control.nodes().list().stream()
                    .filter(RoleChange::underWay)
                    .filter(node -> !node.getStatus().getMessage().isEmpty())
                    .toList();
        } catch (SkepException e) {
            return List.of();
        }
    }

    private static Map<String, Object> tree(Swarm.Status status) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("LocalNodeState", status.state().name().toLowerCase(Locale.ROOT));
        tree.put("ClusterID", status.clusterId());
        tree.put("NodeID", status.nodeId());
        tree.put("Error", status.error());
        tree.put(
                "Managers",
                status.managers().stream().map(Endpoint::toString).sorted().toList());
        return tree;
    }

    private static String advice(Swarm.Status status) {
        return switch (status.state()) {
            case INACTIVE -> "'swarm init' founds a swarm, 'swarm join' joins one";
            case LOCKED -> "unlock this manager with 'swarm unlock'";
            case PENDING -> "wait until this node has joined, or give up with 'swarm leave --force'";
            case ERROR -> status.remedy();
            case ACTIVE -> "this node is a worker: ask a manager";
        };
    }
}
