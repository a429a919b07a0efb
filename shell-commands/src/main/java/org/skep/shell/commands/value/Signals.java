package org.skep.shell.commands.value;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signals by name, with or without {@code SIG}, or by number. */
public final class Signals {

    private static final Set<String> NAMES = Set.of(
            "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
            "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
            "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX");
    private static final Pattern REAL_TIME = Pattern.compile("RTMIN\\+(\\d{1,2})|RTMAX-(\\d{1,2})");
    private static final int HIGHEST = 64;

    private Signals() {}

    /** Checks a signal, and leaves it as written. */
    public static String parse(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
        Matcher realTime = REAL_TIME.matcher(name);
        boolean known = NAMES.contains(name)
                || name.matches("\\d{1,2}") && Integer.parseInt(name) >= 1 && Integer.parseInt(name) <= HIGHEST
                || realTime.matches();
        if (!known) {
            throw Values.bad(text, "a signal", "use a name such as SIGTERM, or a number from 1 to " + HIGHEST);
        }
        return text;
    }
}
