package org.skep.shell.commands.task;

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
import org.skep.shell.commands.completion.TaskNames;
import org.skep.shell.commands.tree.TaskTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code task inspect}: tasks in full. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("task inspect")
@Requires(Role.VIEWER)
@Command(name = "inspect", description = "Display detailed information on one or more tasks")
public final class TaskInspect implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "TASK",
            description = "Tasks by ID or full name",
            completionCandidates = TaskNames.class)
    private List<String> tasks;

    @Mixin
    private FormatOption format = new FormatOption();

    private final Control control;

    @Activate
    public TaskInspect(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return format.print(tasks, task -> TaskTree.of(control.tasks().get(task)));
    }
}
