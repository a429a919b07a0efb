package org.skep.shell.commands.user;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.shell.users.User;
import org.skep.shell.users.Users;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code user ls}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"user ls", "user list"})
@Requires(Role.ADMIN)
@Command(name = "ls", description = "List the users of the shell")
public final class UserLs implements ShellCommand {

    private static final List<Column<User>> COLUMNS = List.of(
            Column.of("NAME", "Name", User::name),
            Column.of("ROLE", "Role", user -> RoleWord.of(user.role())),
            Column.of("KEYS", "Keys", user -> user.keys().size()));

    @Mixin
    private ListOptions options = new ListOptions();

    private final Users users;

    @Activate
    public UserLs(@Reference Users users) {
        this.users = users;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.table(COLUMNS, users.list(), options);
    }
}
