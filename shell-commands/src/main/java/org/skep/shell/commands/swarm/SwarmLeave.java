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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code swarm leave}: stops the tasks of this node and deletes its part of the state. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm leave")
@Requires(Role.ADMIN)
@Command(name = "leave", description = "Leave the swarm")
public final class SwarmLeave implements ShellCommand {

    @Option(
            names = {"-f", "--force"},
            description = "Leave even though this node is a manager; the last one takes the swarm with it")
    private boolean force;

    private final Swarm swarm;

    @Activate
    public SwarmLeave(@Reference Swarm swarm) {
        this.swarm = swarm;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        swarm.leave(force);
        return Outcome.text("Node left the swarm.");
    }
}
