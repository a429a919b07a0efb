package org.skep.shell.commands.node;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.shell.commands.completion.NodeNames;
import org.skep.shell.commands.value.KeyValue;
import org.skep.shell.commands.value.LabelConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code node update}: availability, role and labels of a node. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("node update")
@Requires(Role.ADMIN)
@Command(name = "update", description = "Update a node")
public final class NodeUpdate implements ShellCommand {

    @Parameters(paramLabel = "NODE", description = "Node by host name or ID", completionCandidates = NodeNames.class)
    private String node;

    @Option(
            names = "--availability",
            paramLabel = "AVAILABILITY",
            description = "Availability of the node: ${COMPLETION-CANDIDATES}")
    private Availability availability;

    @Option(names = "--role", paramLabel = "ROLE", description = "Role of the node: ${COMPLETION-CANDIDATES}")
    private RoleWord role;

    @Option(
            names = "--label-add",
            paramLabel = "KEY=VALUE",
            description = "Add or update a node label",
            converter = LabelConverter.class)
    private List<KeyValue> added = List.of();

    @Option(names = "--label-rm", paramLabel = "KEY", description = "Remove a node label if it exists")
    private List<String> removed = List.of();

    private final Control control;

    @Activate
    public NodeUpdate(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        NodeEdits.change(control, node, spec -> {
            if (availability != null) {
                spec.setAvailability(availability.spec());
            }
            if (role != null) {
                spec.setDesiredRole(role.role());
            }
            removed.forEach(spec.getAnnotationsBuilder()::removeLabels);
            spec.getAnnotationsBuilder().putAllLabels(KeyValue.map(added));
        });
        return Outcome.text(node);
    }
}
