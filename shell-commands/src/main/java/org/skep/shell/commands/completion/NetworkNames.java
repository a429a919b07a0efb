package org.skep.shell.commands.completion;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;

/** The names of all networks. */
@Component(service = Candidates.class)
public final class NetworkNames extends Candidates {

    private final Control control;

    @Activate
    public NetworkNames(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> control.networks().list().stream()
                .map(network -> network.getSpec().getAnnotations().getName())
                .toList());
    }
}
