package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;

/** The names of all configs. */
@Component(service = Candidates.class)
public final class ConfigNames extends Candidates {

    private final Control control;

    @Activate
    public ConfigNames(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> control.configs().list().stream()
                .map(config -> config.getSpec().getAnnotations().getName())
                .toList());
    }
}
