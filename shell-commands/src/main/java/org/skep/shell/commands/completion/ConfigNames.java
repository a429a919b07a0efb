package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.shell.commands.Manager;

/** The names of all configs. */
@Component(service = Candidates.class)
public final class ConfigNames extends Candidates {

    private final Manager manager;

    @Activate
    public ConfigNames(@Reference Manager manager) {
        this.manager = manager;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> manager.configs().list().stream()
                .map(config -> config.getSpec().getAnnotations().getName())
                .toList());
    }
}
