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

/** {@code user key rm NAME FINGERPRINT...}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"user key rm", "user key remove"})
@Requires(Role.ADMIN)
@Command(name = "rm", description = "Take keys from a user")
public final class UserKeyRm implements ShellCommand {

    @Parameters(index = "0", paramLabel = "NAME", completionCandidates = UserNames.class)
    private String name;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FINGERPRINT",
            description = "As 'user key ls' prints it, or the key's comment")
    private List<String> keys;

    private final Users users;

    @Activate
    public UserKeyRm(@Reference Users users) {
        this.users = users;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.each(keys, key -> {
            users.removeKey(name, key);
            return Outcome.text(key);
        });
    }
}
