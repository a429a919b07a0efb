package org.skep.shell.commands.completion;

import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.shell.commands.Manager;

/** The host names of all nodes. */
@Component(service = Candidates.class)
public final class NodeNames extends Candidates {

    private final Manager manager;

    @Activate
    public NodeNames(@Reference Manager manager) {
        this.manager = manager;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> Stream.concat(
                        Stream.of("self"), manager.nodes().list().stream().map(node -> node.getDescription()
                                .getHostname()))
                .toList());
    }
}
