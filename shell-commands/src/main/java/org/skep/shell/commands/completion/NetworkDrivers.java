package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;

/** The drivers for networks that any node has. */
@Component(service = Candidates.class)
public final class NetworkDrivers extends Candidates {

    private final Control control;

    @Activate
    public NetworkDrivers(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.plugins(control, "Network");
    }
}
