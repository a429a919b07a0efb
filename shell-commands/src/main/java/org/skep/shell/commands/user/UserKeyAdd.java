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

/** {@code user key add NAME KEY}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("user key add")
@Requires(Role.ADMIN)
@Command(name = "add", description = "Let a user log in with a public key")
public final class UserKeyAdd implements ShellCommand {

    @Parameters(index = "0", paramLabel = "NAME", completionCandidates = UserNames.class)
    private String name;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "KEY|FILE|-",
            description = "A public key, or a file with one per line")
    private List<String> key;

    private final Users users;

    @Activate
    public UserKeyAdd(@Reference Users users) {
        this.users = users;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.each(
                KeyLines.read(key, session),
                line -> Outcome.text(users.addKey(name, line).fingerprint()));
    }
}
