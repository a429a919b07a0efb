package org.skep.shell.commands.value;

import java.util.Locale;

/** Linux capabilities in their full form: {@code net_admin} is {@code CAP_NET_ADMIN}. */
public final class Capabilities {

    private Capabilities() {}

    public static String parse(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (!upper.matches("[A-Z][A-Z0-9_]{0,63}")) {
            throw Values.bad(text, "a capability", "use a name such as NET_ADMIN, or ALL");
        }
        return upper.equals("ALL") || upper.startsWith("CAP_") ? upper : "CAP_" + upper;
    }
}
