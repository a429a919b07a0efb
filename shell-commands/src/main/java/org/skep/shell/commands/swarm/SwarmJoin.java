package org.skep.shell.commands.swarm;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Secret;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.api.command.StillRunning;
import org.skep.api.node.Endpoint;
import org.skep.control.Swarm;
import org.skep.shell.commands.node.Availability;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarm join}: makes this node a worker or a manager of a swarm. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm join")
@Requires(Role.ADMIN)
@Command(name = "join", description = "Join a swarm as a node and/or manager")
public final class SwarmJoin implements ShellCommand {

    @Parameters(
            paramLabel = "HOST:PORT",
            description = "A manager of the swarm (port 2377 unless given)",
            converter = EndpointConverter.class)
    private Endpoint manager;

    @Secret
    @Option(
            names = "--token",
            paramLabel = "TOKEN|-",
            description = "Token for entry into the swarm; without it, or with -, it is asked for or read from STDIN")
    private String token = "-";

    @Mixin
    private AddressFlags addresses = new AddressFlags();

    @Option(
            names = "--availability",
            paramLabel = "AVAILABILITY",
            description = "Availability of the node: ${COMPLETION-CANDIDATES} (default active)")
    private Availability availability = Availability.ACTIVE;

    private final Swarm swarm;

    @Activate
    public SwarmJoin(@Reference Swarm swarm) {
        this.swarm = swarm;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        String secret = token.equals("-") ? session.secret("Enter join token: ") : token;
        Swarm.Joined joined = join(new Swarm.Admission(manager, secret, addresses.addresses(), availability.spec()));
        if (joined.pending()) {
            throw SkepException.state(
                    "JOIN_PENDING",
                    "timeout was reached before node joined",
                    "the attempt to join the swarm will continue in the background; use 'info' to see how it stands");
        }
        return Outcome.text("This node joined a swarm as a " + (joined.manager() ? "manager" : "worker") + ".");
    }

    private Swarm.Joined join(Swarm.Admission admission) throws InterruptedException {
        try {
            return swarm.join(admission);
        } catch (InterruptedException e) {
            if (swarm.status().state() == Swarm.State.INACTIVE) {
                throw e;
            }
            throw new StillRunning(
                    "The attempt to join the swarm will continue in the background.\nUse `info` to see how it stands.");
        }
    }

    static final class EndpointConverter implements ITypeConverter<Endpoint> {
        @Override
        public Endpoint convert(String text) {
            return Endpoint.parse(text, Endpoint.MANAGER_PORT);
        }
    }
}
