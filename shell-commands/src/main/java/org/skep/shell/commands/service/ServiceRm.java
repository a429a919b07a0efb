package org.skep.shell.commands.service;

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
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code service rm}: removes services and their tasks. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"service rm", "service remove"})
@Requires(Role.OPERATOR)
@Command(name = "rm", description = "Remove one or more services")
public final class ServiceRm implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "SERVICE",
            description = "Services by name or ID",
            completionCandidates = ServiceNames.class)
    private List<String> services;

    private final Control control;

    @Activate
    public ServiceRm(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.each(services, service -> {
            control.services().remove(service);
            return Outcome.text(service);
        });
    }
}
