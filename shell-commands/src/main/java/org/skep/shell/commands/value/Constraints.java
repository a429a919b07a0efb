package org.skep.shell.commands.value;

import java.util.regex.Pattern;

/** Placement constraints: {@code KEY==VALUE} or {@code KEY!=VALUE}. */
public final class Constraints {

    private static final Pattern CONSTRAINT =
            Pattern.compile("\\s*[a-zA-Z_][a-zA-Z0-9\\-_.]+\\s*(==|!=)\\s*[a-zA-Z0-9:\\-_.*()?+\\[\\]\\\\^$|/\\s]+");

    private Constraints() {}

    /** Checks the form, and leaves it as written: the swarm knows the keys. */
    public static String parse(String text) {
        if (!CONSTRAINT.matcher(text).matches()) {
            throw Values.bad(text, "a constraint", "use KEY==VALUE or KEY!=VALUE, such as node.role==manager");
        }
        return text;
    }
}
