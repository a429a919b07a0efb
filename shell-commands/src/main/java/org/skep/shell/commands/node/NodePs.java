package org.skep.shell.commands.node;

import java.time.InstantSource;
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
import org.skep.shell.commands.listing.TaskListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code node ps}: the tasks of nodes, of this one by default. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("node ps")
@Requires(Role.VIEWER)
@Command(name = "ps", description = "List tasks running on one or more nodes")
public final class NodePs implements ShellCommand {

    @Parameters(
            arity = "0..*",
            paramLabel = "NODE",
            description = "Nodes by host name or ID (default self)",
            completionCandidates = NodeNames.class)
    private List<String> nodes = List.of("self");

    @Mixin
    private TaskListing listing = new TaskListing();

    private final Control control;
    private final InstantSource clock;

    @Activate
    public NodePs(@Reference Control control) {
        this(control, InstantSource.system());
    }

    NodePs(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) {
        return listing.print(
                control,
                nodes,
                node -> control.tasks().onNode(control.nodes().get(node).getId()),
                clock.instant());
    }
}
