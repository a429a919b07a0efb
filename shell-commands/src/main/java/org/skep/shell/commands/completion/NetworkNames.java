package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.shell.commands.Manager;

/** The names of all networks. */
@Component(service = Candidates.class)
public final class NetworkNames extends Candidates {

    private final Manager manager;

    @Activate
    public NetworkNames(@Reference Manager manager) {
        this.manager = manager;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> manager.networks().list().stream()
                .map(network -> network.getSpec().getAnnotations().getName())
                .toList());
    }
}
