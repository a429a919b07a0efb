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
import org.skep.shell.commands.completion.TaskNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code task logs}: what one task has written. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("task logs")
@Requires(Role.VIEWER)
@Command(name = "logs", description = "Fetch the logs of a task")
public final class TaskLogs implements ShellCommand {

    @Parameters(paramLabel = "TASK", description = "Task by ID or name", completionCandidates = TaskNames.class)
    private String task;

    @Mixin
    private LogFlags flags = new LogFlags();

    private final Control control;
    private final InstantSource clock;

    @Activate
    public TaskLogs(@Reference Control control) {
        this(control, InstantSource.system());
    }

    TaskLogs(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        // by its ID, because a service may have that name
        String id = control.tasks().get(task).getId();
        flags.print(id, control, session, clock.instant());
        return Outcome.done();
    }
}
