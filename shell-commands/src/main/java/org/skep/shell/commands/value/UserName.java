package org.skep.shell.commands.value;

import java.util.regex.Pattern;

/** Whom a container runs as: {@code NAME|UID[:GROUP|GID]}. */
public final class UserName {

    private static final Pattern USER = Pattern.compile("[^\\s:\\p{Cntrl}]*(:[^\\s:\\p{Cntrl}]+)?");

    private UserName() {}

    public static String parse(String text) {
        if (!USER.matcher(text).matches()) {
            throw Values.bad(text, "a user", "use NAME or UID, with :GROUP or :GID if need be");
        }
        return text;
    }
}
