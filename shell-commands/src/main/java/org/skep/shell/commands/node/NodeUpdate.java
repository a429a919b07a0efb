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
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.shell.commands.Attempts;
import org.skep.shell.commands.Manager;
import org.skep.shell.commands.completion.NodeNames;
import org.skep.shell.commands.flag.LaterFlags;
import org.skep.shell.commands.value.KeyValue;
import org.skep.shell.commands.value.LabelConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code node update}: availability and labels of a node. */
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

    @Option(
            names = "--label-add",
            paramLabel = "KEY=VALUE",
            description = "Add or update a node label",
            converter = LabelConverter.class)
    private List<KeyValue> added = List.of();

    @Option(names = "--label-rm", paramLabel = "KEY", description = "Remove a node label if it exists")
    private List<String> removed = List.of();

    private final Manager manager;
    private CommandSpec command;

    @Activate
    public NodeUpdate(@Reference Manager manager) {
        this.manager = manager;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        LaterFlags.add(spec, true, "--role");
    }

    @Override
    public Outcome run(Session session) {
        LaterFlags.refuse(command, "--role");
        Attempts.untilInSequence(this::change);
        return Outcome.text(node);
    }

    private Node change() {
        Node present = manager.nodes().get(node);
        NodeSpec.Builder spec = present.getSpec().toBuilder();
        if (availability != null) {
            spec.setAvailability(availability.spec());
        }
        removed.forEach(spec.getAnnotationsBuilder()::removeLabels);
        spec.getAnnotationsBuilder().putAllLabels(KeyValue.map(added));
        return manager.nodes()
                .update(present.getId(), present.getMeta().getVersion().getIndex(), spec.build());
    }
}
