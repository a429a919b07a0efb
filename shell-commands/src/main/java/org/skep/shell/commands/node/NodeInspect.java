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
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.completion.NodeNames;
import org.skep.shell.commands.tree.NodeTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code node inspect}: nodes in full, or laid out for people. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("node inspect")
@Requires(Role.VIEWER)
@Command(name = "inspect", description = "Display detailed information on one or more nodes")
public final class NodeInspect implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "self|NODE",
            description = "Nodes by host name or ID",
            completionCandidates = NodeNames.class)
    private List<String> nodes;

    @Mixin
    private FormatOption format = new FormatOption();

    @Option(names = "--pretty", description = "Print the information in a human friendly format")
    private boolean pretty;

    private final Control control;

    @Activate
    public NodeInspect(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return pretty
                ? Outcome.each(nodes, node -> NodeSheet.print(control.nodes().get(node)))
                : format.print(nodes, node -> NodeTree.of(control.nodes().get(node)));
    }
}
