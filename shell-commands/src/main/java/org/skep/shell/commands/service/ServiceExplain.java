package org.skep.shell.commands.service;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.control.Services;
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.listing.Texts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code service explain}: why tasks are where they are. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service explain")
@Requires(Role.VIEWER)
@Command(name = "explain", description = "Explain why each task of a service is where it is, or is not running")
public final class ServiceExplain implements ShellCommand {

    @Parameters(
            paramLabel = "SERVICE",
            description = "Service by name or ID",
            completionCandidates = ServiceNames.class)
    private String service;

    @Mixin
    private ListOptions options = new ListOptions();

    private final Control control;

    @Activate
    public ServiceExplain(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        List<Services.Explanation> explanations = control.services().explain(service);
        List<Column<Services.Explanation>> columns = List.of(
                Column.of("ID", "ID", task -> Texts.id(task.task(), options.noTrunc())),
                Column.of("TASK", "Task", Services.Explanation::subject),
                Column.of("WHY", "Why", task -> String.join("; ", task.reasons())));
        return Outcome.table(columns, explanations, options);
    }
}
