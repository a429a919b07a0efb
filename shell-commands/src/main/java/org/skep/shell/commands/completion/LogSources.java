package org.skep.shell.commands.completion;

import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;

/** Whose logs can be read: services and tasks. */
@Component(service = Candidates.class)
public final class LogSources extends Candidates {

    private final Control control;

    @Activate
    public LogSources(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> Stream.concat(
                        control.services().list().stream()
                                .map(service ->
                                        service.getSpec().getAnnotations().getName()),
                        control.tasks().list().stream().map(task -> task.getId()))
                .toList());
    }
}
