package org.skep.shell.commands.value;

import java.util.regex.Pattern;

/** What a container calls itself: a host name, or a template, which the manager judges. */
public final class HostName {

    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
            + "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*");
    private static final String TEMPLATE = "{{";

    private HostName() {}

    public static String parse(String text) {
        if (!text.contains(TEMPLATE) && !NAME.matcher(text).matches()) {
            throw Values.bad(text, "a host name", "use letters, digits, - and dots");
        }
        return text;
    }
}
