package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.shell.commands.Manager;

/** The drivers for volumes that any node has. */
@Component(service = Candidates.class)
public final class VolumeDrivers extends Candidates {

    private final Manager manager;

    @Activate
    public VolumeDrivers(@Reference Manager manager) {
        this.manager = manager;
    }

    @Override
    protected List<String> values() {
        return LiveNames.plugins(manager, "Volume");
    }
}
