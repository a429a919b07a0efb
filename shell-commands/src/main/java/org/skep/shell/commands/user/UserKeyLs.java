package org.skep.shell.commands.user;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.shell.users.UserKey;
import org.skep.shell.users.Users;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code user key ls NAME}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"user key ls", "user key list"})
@Requires(Role.ADMIN)
@Command(name = "ls", description = "List a user's keys")
public final class UserKeyLs implements ShellCommand {

    private static final List<Column<UserKey>> COLUMNS = List.of(
            Column.of("FINGERPRINT", "Fingerprint", UserKey::fingerprint),
            Column.of("TYPE", "Type", UserKey::type),
            Column.of("COMMENT", "Comment", UserKey::comment));

    @Mixin
    private ListOptions options = new ListOptions();

    @Parameters(paramLabel = "NAME", completionCandidates = UserNames.class)
    private String name;

    private final Users users;

    @Activate
    public UserKeyLs(@Reference Users users) {
        this.users = users;
    }

    @Override
    public Outcome run(Session session) {
        List<UserKey> keys = users.list().stream()
                .filter(user -> user.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> SkepException.user("USER_UNKNOWN", "there is no user '" + name + "'", "see 'user ls'"))
                .keys();
        return Outcome.table(COLUMNS, keys, options);
    }
}
