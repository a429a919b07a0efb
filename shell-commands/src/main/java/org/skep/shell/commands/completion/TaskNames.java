package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;

/** The full names of all tasks. */
@Component(service = Candidates.class)
public final class TaskNames extends Candidates {

    private final Control control;

    @Activate
    public TaskNames(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> control.tasks().list().stream()
                .map(org.skep.protocol.TaskNames::full)
                .toList());
    }
}
