package org.example.scratch;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code scratch tasks VOLUME}: which tasks hold scratch space of a volume on this node. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("scratch tasks")
@Requires(Role.VIEWER)
@Command(name = "tasks", description = "List the tasks that hold scratch space of a volume on this node")
public final class ScratchTasks implements ShellCommand {

    private static final List<Column<String>> COLUMNS = List.of(Column.of("TASK", "Task", task -> task));

    private final ScratchSpace space;

    @Parameters(paramLabel = "VOLUME", description = "Name of a volume", completionCandidates = ScratchNames.class)
    private String volume;

    @Mixin
    private ListOptions options = new ListOptions();

    @Activate
    public ScratchTasks(@Reference ScratchSpace space) {
        this.space = space;
    }

    @Override
    public Outcome run(Session session) {
        if (!space.volumes().contains(volume)) {
            throw SkepException.user("SCRATCH_UNKNOWN", "no scratch volume " + volume + " on this node", "");
        }
        return Outcome.table(COLUMNS, space.tasks(volume), options);
    }
}
