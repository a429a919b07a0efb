package org.skep.shell.commands.log;

import java.time.InstantSource;
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
import org.skep.shell.commands.completion.LogSources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code service logs}: what tasks have written, each line with the task it comes from. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service logs")
@Requires(Role.VIEWER)
@Command(name = "logs", description = "Fetch the logs of a service or task")
public final class ServiceLogs implements ShellCommand {

    @Parameters(
            paramLabel = "SERVICE|TASK",
            description = "Service by name or ID, or task by ID",
            completionCandidates = LogSources.class)
    private String source;

    @Mixin
    private LogFlags flags = new LogFlags();

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ServiceLogs(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServiceLogs(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        flags.print(source, control, session, clock.instant());
        return Outcome.done();
    }
}
