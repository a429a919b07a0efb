package org.skep.shell.commands.service;

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
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.listing.TaskListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code service ps}: the tasks of services, with what was before them. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service ps")
@Requires(Role.VIEWER)
@Command(name = "ps", description = "List the tasks of one or more services")
public final class ServicePs implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "SERVICE",
            description = "Services by name or ID",
            completionCandidates = ServiceNames.class)
    private List<String> services;

    @Mixin
    private TaskListing listing = new TaskListing();

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ServicePs(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServicePs(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) {
        return listing.print(
                control,
                services,
                service -> control.tasks()
                        .ofService(control.services().get(service).getId()),
                clock.instant());
    }
}
