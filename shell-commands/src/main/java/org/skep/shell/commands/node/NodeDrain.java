package org.skep.shell.commands.node;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.shell.commands.completion.NodeNames;
import org.skep.shell.commands.value.GoDuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code node drain}: moves a node's tasks elsewhere, and can wait until they are gone. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("node drain")
@Requires(Role.ADMIN)
@Command(name = "drain", description = "Move the tasks of a node elsewhere, and take no new ones")
public final class NodeDrain implements ShellCommand {

    @Parameters(paramLabel = "NODE", description = "Node by host name or ID", completionCandidates = NodeNames.class)
    private String node;

    @Option(names = "--wait", description = "Wait until no task is left on the node")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to wait (default for ever)",
            converter = Patience.class)
    private Duration timeout;

    private final Control control;
    private final InstantSource clock;
    private CommandSpec command;

    @Activate
    public NodeDrain(@Reference Control control) {
        this(control, InstantSource.system());
    }

    NodeDrain(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        if (timeout != null && !wait) {
            throw new ParameterException(command.commandLine(), "--timeout goes with --wait");
        }
        Node drained = NodeEdits.change(control, node, spec -> spec.setAvailability(NodeSpec.Availability.DRAIN));
        if (wait) {
            new Draining(control, clock, session).await(drained.getId(), node, Optional.ofNullable(timeout));
        }
        return Outcome.text(node);
    }

    static final class Patience implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return GoDuration.parse(text);
        }
    }
}
