package org.skep.shell.users;

import java.util.List;
import org.skep.api.command.Role;

/** One person or program that may log in. */
public record User(String name, Role role, List<UserKey> keys) {

    public User {
        keys = List.copyOf(keys);
    }
}
