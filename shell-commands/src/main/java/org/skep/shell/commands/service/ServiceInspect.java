package org.skep.shell.commands.service;

import java.time.InstantSource;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.tree.ServiceTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code service inspect}: services in full, or laid out for people. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service inspect")
@Requires(Role.VIEWER)
@Command(name = "inspect", description = "Display detailed information on one or more services")
public final class ServiceInspect implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "SERVICE",
            description = "Services by name or ID",
            completionCandidates = ServiceNames.class)
    private List<String> services;

    @Mixin
    private FormatOption format = new FormatOption();

    @Option(names = "--pretty", description = "Print the information in a human friendly format")
    private boolean pretty;

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ServiceInspect(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServiceInspect(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) {
        return pretty
                ? Outcome.each(services, service -> new ServiceSheet(this::networkName, clock.instant())
                        .print(control.services().get(service)))
                : format.print(
                        services, service -> ServiceTree.of(control.services().get(service)));
    }

    private String networkName(String id) {
        try {
            return control.networks().get(id).getSpec().getAnnotations().getName();
        } catch (SkepException e) {
            return id;
        }
    }
}
