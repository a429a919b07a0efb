package org.skep.shell.commands.user;

import java.util.List;
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
import org.skep.shell.users.Users;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code user rm NAME...}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"user rm", "user remove"})
@Requires(Role.ADMIN)
@Command(name = "rm", description = "Remove users and their keys")
public final class UserRm implements ShellCommand {

    @Parameters(arity = "1..*", paramLabel = "NAME", completionCandidates = UserNames.class)
    private List<String> names;

    private final Users users;

    @Activate
    public UserRm(@Reference Users users) {
        this.users = users;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.each(names, name -> {
            users.remove(name);
            return Outcome.text(name);
        });
    }
}
