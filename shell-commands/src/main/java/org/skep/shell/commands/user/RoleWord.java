package org.skep.shell.commands.user;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import picocli.CommandLine.ITypeConverter;

/** Roles as people write them: {@code viewer}, {@code operator}, {@code admin}. */
final class RoleWord implements ITypeConverter<Role> {

    static List<String> all() {
        return Arrays.stream(Role.values()).map(RoleWord::of).toList();
    }

    static String of(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Role convert(String word) {
        return Arrays.stream(Role.values())
                .filter(role -> of(role).equals(word))
                .findFirst()
                .orElseThrow(() -> SkepException.user(
                        "ROLE_INVALID", "'" + word + "' is not a role", "roles are " + String.join(", ", all())));
    }

    /** For completion. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return all().iterator();
        }
    }
}
