package org.skep.shell.commands.node;

import java.time.Duration;
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
import picocli.CommandLine.Parameters;

/** {@code node demote}: turns managers into workers. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("node demote")
@Requires(Role.ADMIN)
@Command(name = "demote", description = "Demote one or more nodes from manager in the swarm")
public final class NodeDemote implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "NODE",
            description = "Nodes by host name or ID",
            completionCandidates = NodeNames.class)
    private List<String> nodes;

    private final Control control;
    private final Duration moment;

    @Activate
    public NodeDemote(@Reference Control control) {
        this(control, RoleChange.A_MOMENT);
    }

    NodeDemote(Control control, Duration moment) {
        this.control = control;
        this.moment = moment;
    }

    @Override
    public Outcome run(Session session) {
        return NodeEdits.assign(
                control, nodes, RoleWord.WORKER, moment, node -> "Manager " + node + " demoted in the swarm.");
    }
}
