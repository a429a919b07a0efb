package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;

/** The names of the tasks that run, as {@code SERVICE.SLOT}. */
@Component(service = Candidates.class)
public final class RunningTasks extends Candidates {

    private final Control control;

    @Activate
    public RunningTasks(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> control.tasks().list().stream()
                .filter(task -> task.getStatus().getState() == TaskState.RUNNING)
                .map(TaskNames::of)
                .toList());
    }
}
