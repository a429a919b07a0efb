package org.skep.shell.commands.user;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.command.Candidates;
import org.skep.shell.users.User;
import org.skep.shell.users.Users;

/** The names of the shell's users. */
@Component(service = Candidates.class)
public final class UserNames extends Candidates {

    private final Users users;

    @Activate
    public UserNames(@Reference Users users) {
        this.users = users;
    }

    @Override
    protected List<String> values() {
        try {
            return users.list().stream().map(User::name).toList();
        } catch (SkepException e) {
            return List.of();
        }
    }
}
