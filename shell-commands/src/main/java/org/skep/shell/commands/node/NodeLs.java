package org.skep.shell.commands.node;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.RaftMemberStatus;
import org.skep.shell.commands.listing.FilterKeys;
import org.skep.shell.commands.listing.FilterOption;
import org.skep.shell.commands.listing.NaturalOrder;
import org.skep.shell.commands.listing.Texts;
import org.skep.shell.commands.tree.NodeTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code node ls}: all nodes; the one that answers is marked. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"node ls", "node list"})
@Requires(Role.VIEWER)
@Command(name = "ls", description = "List nodes in the swarm")
public final class NodeLs implements ShellCommand {

    private static final FilterKeys<Node> KEYS = new FilterKeys<Node>()
            .prefix("id", Node::getId)
            .label("label", node -> node.getDescription().getEngine().getLabelsMap())
            .oneOf(
                    "membership",
                    List.of("accepted", "pending"),
                    (node, value) -> (node.getSpec().getMembership() == NodeSpec.Membership.ACCEPTED)
                            == value.equals("accepted"))
            .prefix("name", node -> node.getDescription().getHostname())
            .label("node.label", node -> node.getSpec().getAnnotations().getLabelsMap())
            .oneOf("role", List.of("manager", "worker"), (node, role) -> NodeTree.role(node.getRole())
                    .equals(role));

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filter = new FilterOption();

    private final Control control;
    private final Swarm swarm;

    @Activate
    public NodeLs(@Reference Control control, @Reference Swarm swarm) {
        this.control = control;
        this.swarm = swarm;
    }

    @Override
    public Outcome run(Session session) {
        Predicate<Node> wanted = filter.by(KEYS);
        String self = swarm.status().nodeId();
        List<Node> nodes = control.nodes().list().stream()
                .filter(wanted)
                .sorted(Comparator.<Node, String>comparing(
                                node -> node.getDescription().getHostname(), new NaturalOrder())
                        .thenComparing(Node::getId))
                .toList();
        String root = options.format().isEmpty() ? "" : trusted();
        List<Column<Node>> columns = List.of(
                Column.hidden("ID", "ID", Node::getId),
                Column.of("ID", "", node -> node.getId() + (node.getId().equals(self) ? " *" : "")),
                Column.of("HOSTNAME", "Hostname", node -> node.getDescription().getHostname()),
                Column.of(
                        "STATUS",
                        "Status",
                        node -> Texts.capital(node.getStatus().getState().name())),
                Column.of(
                        "AVAILABILITY",
                        "Availability",
                        node -> Texts.capital(node.getSpec().getAvailability().name())),
                Column.of("MANAGER STATUS", "ManagerStatus", NodeLs::managerStatus),
                Column.of("ENGINE VERSION", "EngineVersion", node -> node.getDescription()
                        .getEngine()
                        .getEngineVersion()),
                Column.hidden("SELF", "Self", node -> node.getId().equals(self)),
                Column.hidden("TLS STATUS", "TLSStatus", node -> tlsStatus(node, root)));
        return Outcome.table(columns, nodes, options);
    }

    private String trusted() {
        try {
            return control.clusters().rootCertificate().strip();
        } catch (SkepException e) {
            return "";
        }
    }

    private static String tlsStatus(Node node, String root) {
        String trusted =
                node.getDescription().getTlsInfo().getTrustRoot().toStringUtf8().strip();
        if (root.isEmpty() || trusted.isEmpty()) {
            return "Unknown";
        }
        return trusted.equals(root) ? "Ready" : "Needs Rotation";
    }

    private static String managerStatus(Node node) {
        if (!node.hasManagerStatus()) {
            return "";
        }
        ManagerStatus status = node.getManagerStatus();
        if (status.getLeader()) {
            return "Leader";
        }
        // A manager without a vote yet: it learns what the others know.
        return status.getReachability() == RaftMemberStatus.Reachability.UNKNOWN
                ? "Joining"
                : Texts.capital(status.getReachability().name());
    }
}
