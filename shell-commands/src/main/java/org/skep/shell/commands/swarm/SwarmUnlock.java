package org.skep.shell.commands.swarm;

import java.util.List;
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
import org.skep.control.Swarm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code swarm unlock}: gives a locked manager its key, which is asked for or read from standard input. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm unlock")
@Requires(Role.ADMIN)
@Command(name = "unlock", description = "Unlock swarm")
public final class SwarmUnlock implements ShellCommand {

    @Secret
    @Parameters(arity = "0..*", hidden = true, description = "What does not belong into a line")
    private List<String> keys = List.of();

    private final Swarm swarm;
    private CommandSpec command;

    @Activate
    public SwarmUnlock(@Reference Swarm swarm) {
        this.swarm = swarm;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        if (!keys.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "the key does not belong into the line: it is asked for, or read from STDIN");
        }
        Swarm.State state = swarm.status().state();
        if (state == Swarm.State.INACTIVE) {
            throw SkepException.state("NOT_IN_SWARM", "this node is not part of a swarm", "");
        }
        if (state != Swarm.State.LOCKED) {
            throw SkepException.state("NOT_LOCKED", "this node is not locked", "");
        }
        swarm.unlock(session.secret("Enter unlock key: "));
        return Outcome.done();
    }
}
