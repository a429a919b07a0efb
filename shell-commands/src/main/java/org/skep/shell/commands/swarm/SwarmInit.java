package org.skep.shell.commands.swarm;

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
import org.skep.control.Swarm;
import org.skep.shell.commands.flag.LaterFlags;
import org.skep.shell.commands.node.Availability;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code swarm init}: makes this node the first manager of a new swarm. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm init")
@Requires(Role.ADMIN)
@Command(name = "init", description = "Initialize a swarm")
public final class SwarmInit implements ShellCommand {

    private static final String[] VALUES = {
        "--advertise-addr",
        "--cert-expiry",
        "--data-path-addr",
        "--data-path-port",
        "--default-addr-pool",
        "--default-addr-pool-mask-length",
        "--dispatcher-heartbeat",
        "--external-ca",
        "--listen-addr",
        "--max-snapshots",
        "--snapshot-interval",
        "--task-history-limit"
    };
    private static final String[] SWITCHES = {"--autolock", "--force-new-cluster"};

    @Option(
            names = "--availability",
            paramLabel = "AVAILABILITY",
            description = "Availability of the node: ${COMPLETION-CANDIDATES} (default active)")
    private Availability availability = Availability.ACTIVE;

    private final Swarm swarm;
    private CommandSpec command;

    @Activate
    public SwarmInit(@Reference Swarm swarm) {
        this.swarm = swarm;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        LaterFlags.add(spec, true, VALUES);
        LaterFlags.add(spec, false, SWITCHES);
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        LaterFlags.refuse(command, VALUES);
        LaterFlags.refuse(command, SWITCHES);
        String node = swarm.init(availability.spec());
        return Outcome.text("Swarm initialized: current node (" + node + ") is now a manager.");
    }
}
