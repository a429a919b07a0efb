package org.skep.shell.users;

import java.util.List;
import org.skep.api.command.Role;

/**
 * The users of this node's shell. Changes hold for open sessions, too. Every method that changes something throws
 * {@link org.skep.api.SkepException} with the reason if it cannot.
 */
public interface Users {

    /** Sorted by name; without {@code local}, which is the daemon's own client. */
    List<User> list();

    /** Adds a user who has no key yet. */
    void add(String name, Role role);

    void setRole(String name, Role role);

    /** Removes a user and all keys; open sessions end with their next command. */
    void remove(String name);

    /** @param line one line in the form of OpenSSH's {@code authorized_keys} */
    UserKey addKey(String name, String line);

    /** @param fingerprint {@code SHA256:...}, or the comment if only one key has it */
    void removeKey(String name, String fingerprint);
}
