package org.skep.shell.commands.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.protocol.Task;
import org.skep.shell.commands.completion.RunningTasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code task stats}: what tasks use, on all nodes. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("task stats")
@Requires(Role.VIEWER)
@Command(name = "stats", description = "Display a live stream of what running tasks use, the busiest first")
public final class TaskStats implements ShellCommand {

    @Parameters(
            arity = "0..*",
            paramLabel = "TASK",
            description = "Tasks by ID or name (default: all that run)",
            completionCandidates = RunningTasks.class)
    private List<String> tasks = new ArrayList<>();

    @Option(names = "--no-stream", description = "Only display the first result")
    private boolean noStream;

    @Mixin
    private ListOptions options = new ListOptions();

    private final Control control;
    private final LoadView.Pause pause;

    @Activate
    public TaskStats(@Reference Control control) {
        this(control, LoadView.Pause.REAL);
    }

    TaskStats(Control control, LoadView.Pause pause) {
        this.control = control;
        this.pause = pause;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        List<String> ids =
                tasks.stream().map(task -> control.tasks().get(task).getId()).toList();
        return new LoadView(control, () -> ids.isEmpty() ? control.tasks().list() : present(ids), options, pause)
                .show(noStream);
    }

    private List<Task> present(List<String> ids) {
        return ids.stream().flatMap(id -> present(id).stream()).toList();
    }

    /** One that was removed meanwhile is not shown any more. */
    private Optional<Task> present(String id) {
        try {
            return Optional.of(control.tasks().get(id));
        } catch (SkepException e) {
            if (e.code().equals("NOT_FOUND")) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
