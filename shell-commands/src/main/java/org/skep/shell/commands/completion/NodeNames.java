package org.skep.shell.commands.completion;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;
import org.skep.protocol.Node;

/** The host names of all nodes; the IDs of those that have no name of their own. */
@Component(service = Candidates.class)
public final class NodeNames extends Candidates {

    private final Control control;

    @Activate
    public NodeNames(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> {
            Map<String, List<Node>> byName = control.nodes().list().stream()
                    .collect(Collectors.groupingBy(node -> node.getDescription().getHostname()));
            return Stream.concat(
                            Stream.of("self"),
                            byName.entrySet().stream().flatMap(entry -> references(entry.getKey(), entry.getValue())))
                    .toList();
        });
    }

    /** A name that two nodes have means neither. */
    private static Stream<String> references(String name, List<Node> nodes) {
        return nodes.size() == 1 ? Stream.of(name) : nodes.stream().map(Node::getId);
    }
}
