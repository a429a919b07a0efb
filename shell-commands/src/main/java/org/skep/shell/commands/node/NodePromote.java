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

/** {@code node promote}: turns workers into managers. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("node promote")
@Requires(Role.ADMIN)
@Command(name = "promote", description = "Promote one or more nodes to manager in the swarm")
public final class NodePromote implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "NODE",
            description = "Nodes by host name or ID",
            completionCandidates = NodeNames.class)
    private List<String> nodes;

    private final Control control;
    private final Duration moment;

    @Activate
    public NodePromote(@Reference Control control) {
        this(control, RoleChange.A_MOMENT);
    }

    NodePromote(Control control, Duration moment) {
        this.control = control;
        this.moment = moment;
    }

    @Override
    public Outcome run(Session session) {
        return NodeEdits.assign(
                control,
                nodes,
                RoleWord.MANAGER,
                moment,
                node -> "Node " + node + " promoted to a manager in the swarm.");
    }
}
