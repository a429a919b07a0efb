package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;

/** The drivers for volumes that any node has. */
@Component(service = Candidates.class)
public final class VolumeDrivers extends Candidates {

    private final Control control;

    @Activate
    public VolumeDrivers(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.plugins(control, "Volume");
    }
}
