package org.skep.shell.commands.value;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** Whole numbers that are not negative, within limits. */
public final class Counts {

    /** More tasks than this in one service is a slip of the finger. */
    public static final long MOST_REPLICAS = 1_000_000;

    private static final Pattern NUMBER = Pattern.compile("-?\\d+");

    private Counts() {}

    public static long replicas(String text) {
        return within(text, "a number of replicas", MOST_REPLICAS);
    }

    public static long attempts(String text) {
        return within(text, "a number of attempts", Integer.MAX_VALUE);
    }

    public static int retries(String text) {
        return (int) within(text, "a number of retries", Integer.MAX_VALUE);
    }

    /** How many lines to begin with; negative for {@code all}. */
    public static long tail(String text) {
        return text.equals("all") ? -1 : within(text, "a number of lines or 'all'", Integer.MAX_VALUE);
    }

    /** @param what the text should be, such as {@code a number of lines} */
    public static long within(String text, String what, long most) {
        if (!NUMBER.matcher(text).matches()
                || text.startsWith("-")
                || new BigInteger(text).compareTo(BigInteger.valueOf(most)) > 0) {
            throw Values.bad(text, what, "use 0 to " + most);
        }
        return Long.parseLong(text);
    }
}
