package org.skep.shell.commands.user;

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
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.shell.users.Users;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code user add NAME}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("user add")
@Requires(Role.ADMIN)
@Command(name = "add", description = "Add a user, who logs in with a public key")
public final class UserAdd implements ShellCommand {

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "viewer, operator or admin (default viewer)",
            converter = RoleWord.class,
            completionCandidates = RoleWord.Words.class)
    private Role role = Role.VIEWER;

    @Option(names = "--key", paramLabel = "KEY|FILE|-", description = "A public key, or a file with one per line")
    private List<String> keys = List.of();

    @Parameters(paramLabel = "NAME")
    private String name;

    private final Users users;

    @Activate
    public UserAdd(@Reference Users users) {
        this.users = users;
    }

    @Override
    public Outcome run(Session session) {
        // all keys are read before anything is changed
        List<String> lines = keys.stream()
                .flatMap(key -> KeyLines.read(List.of(key), session).stream())
                .toList();
        users.add(name, role);
        try {
            lines.forEach(line -> users.addKey(name, line));
        } catch (SkepException e) {
            users.remove(name);
            throw e;
        }
        return Outcome.text(name);
    }
}
