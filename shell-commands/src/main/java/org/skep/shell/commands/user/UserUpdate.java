package org.skep.shell.commands.user;

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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code user update NAME}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("user update")
@Requires(Role.ADMIN)
@Command(name = "update", description = "Give a user another role")
public final class UserUpdate implements ShellCommand {

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ROLE",
            description = "viewer, operator or admin",
            converter = RoleWord.class,
            completionCandidates = RoleWord.Words.class)
    private Role role;

    @Parameters(paramLabel = "NAME", completionCandidates = UserNames.class)
    private String name;

    private final Users users;

    @Activate
    public UserUpdate(@Reference Users users) {
        this.users = users;
    }

    @Override
    public Outcome run(Session session) {
        users.setRole(name, role);
        return Outcome.text(name);
    }
}
