package org.skep.shell.commands.usage;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.shell.commands.completion.ServiceNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code service top}: what the tasks of a service use, as they come and go. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service top")
@Requires(Role.VIEWER)
@Command(name = "top", description = "Display a live stream of what a service's tasks use, the busiest first")
public final class ServiceTop implements ShellCommand {

    @Parameters(
            paramLabel = "SERVICE",
            description = "Service by name or ID",
            completionCandidates = ServiceNames.class)
    private String service;

    @Option(names = "--no-stream", description = "Only display the first result")
    private boolean noStream;

    @Mixin
    private ListOptions options = new ListOptions();

    private final Control control;
    private final LoadView.Pause pause;

    @Activate
    public ServiceTop(@Reference Control control) {
        this(control, LoadView.Pause.REAL);
    }

    ServiceTop(Control control, LoadView.Pause pause) {
        this.control = control;
        this.pause = pause;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        String id = control.services().get(service).getId();
        return new LoadView(control, () -> control.tasks().ofService(id), options, pause).show(noStream);
    }
}
