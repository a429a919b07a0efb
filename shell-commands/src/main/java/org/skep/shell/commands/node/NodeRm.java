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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code node rm}: removes nodes that have left, or never come back. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"node rm", "node remove"})
@Requires(Role.ADMIN)
@Command(name = "rm", description = "Remove one or more nodes from the swarm")
public final class NodeRm implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "NODE",
            description = "Nodes by host name or ID",
            completionCandidates = NodeNames.class)
    private List<String> nodes;

    @Option(
            names = {"-f", "--force"},
            description = "Force remove a node from the swarm that is not down")
    private boolean force;

    private final Control control;

    @Activate
    public NodeRm(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.each(nodes, node -> {
            control.nodes().remove(node, force);
            return Outcome.text(node);
        });
    }
}
