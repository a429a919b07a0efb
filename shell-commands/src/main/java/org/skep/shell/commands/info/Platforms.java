package org.skep.shell.commands.info;

import java.util.Locale;

/** What the machine is called where containers run. */
final class Platforms {

    private Platforms() {}

    static String os() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    }

    static String architecture() {
        String name = System.getProperty("os.arch", "");
        return name.equals("amd64") ? "x86_64" : name;
    }
}
