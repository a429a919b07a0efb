package org.skep.shell.commands.network;

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
import org.skep.shell.commands.completion.NetworkNames;
import org.skep.shell.commands.tree.Trees;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code network inspect}: networks in full. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("network inspect")
@Requires(Role.VIEWER)
@Command(name = "inspect", description = "Display detailed information on one or more networks")
public final class NetworkInspect implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "NETWORK",
            description = "Networks by name or ID",
            completionCandidates = NetworkNames.class)
    private List<String> references;

    @Mixin
    private FormatOption format = new FormatOption();

    private final Control control;

    @Activate
    public NetworkInspect(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return format.print(
                references, reference -> Trees.network(control.networks().get(reference)));
    }
}
