package org.skep.shell.commands.completion;

import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.shell.commands.Manager;

/** Whose logs can be read: services and tasks. */
@Component(service = Candidates.class)
public final class LogSources extends Candidates {

    private final Manager manager;

    @Activate
    public LogSources(@Reference Manager manager) {
        this.manager = manager;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> Stream.concat(
                        manager.services().list().stream()
                                .map(service ->
                                        service.getSpec().getAnnotations().getName()),
                        manager.tasks().list().stream().map(task -> task.getId()))
                .toList());
    }
}
