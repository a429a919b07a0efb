package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.shell.commands.Manager;

/** The full names of all tasks. */
@Component(service = Candidates.class)
public final class TaskNames extends Candidates {

    private final Manager manager;

    @Activate
    public TaskNames(@Reference Manager manager) {
        this.manager = manager;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> manager.tasks().list().stream()
                .map(org.skep.protocol.TaskNames::full)
                .toList());
    }
}
