package org.skep.shell.commands.value;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.protocol.ContainerSpec.Ulimit;

/** Limits of processes: {@code TYPE=SOFT[:HARD]}; -1 is unlimited. */
public final class Ulimits {

    private static final Pattern ULIMIT = Pattern.compile("([a-z]+)=(-1|\\d{1,18})(?::(-1|\\d{1,18}))?");

    private Ulimits() {}

    /** Without a hard limit it is the soft one. */
    public static Ulimit parse(String text) {
        Matcher ulimit = ULIMIT.matcher(text);
        if (!ulimit.matches()) {
            throw Values.bad(text, "a ulimit", "use TYPE=SOFT:HARD, such as nofile=1024:2048");
        }
        String hard = ulimit.group(3) == null ? ulimit.group(2) : ulimit.group(3);
        return Ulimit.newBuilder()
                .setName(ulimit.group(1))
                .setSoft(Long.parseLong(ulimit.group(2)))
                .setHard(Long.parseLong(hard))
                .build();
    }

    public static String print(Ulimit ulimit) {
        return ulimit.getName() + "=" + ulimit.getSoft() + ":" + ulimit.getHard();
    }
}
