package org.skep.shell.commands.value;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** Whole numbers within limits. */
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

    /** How many tasks at a time, or on a node. */
    public static long tasks(String text) {
        return within(text, "a number of tasks", MOST_REPLICAS);
    }

    /** At least one. */
    public static int atATime(String text) {
        return (int) between(text, "a number of tasks", 1, MOST_REPLICAS);
    }

    /** How many ended tasks to keep; negative for all. */
    public static long history(String text) {
        return between(text, "a number of tasks", -1, Integer.MAX_VALUE);
    }

    public static long processes(String text) {
        return within(text, "a number of processes", Integer.MAX_VALUE);
    }

    /** How readily the kernel kills when memory runs out. */
    public static long oomScore(String text) {
        return between(text, "an OOM score", -1000, 1000);
    }

    /** How readily the kernel swaps; -1 for no opinion. */
    public static long swappiness(String text) {
        return between(text, "a swappiness", -1, 100);
    }

    /** How many lines to begin with; negative for {@code all}. */
    public static long tail(String text) {
        return text.equals("all") ? -1 : within(text, "a number of lines or 'all'", Integer.MAX_VALUE);
    }

    /** @param what the text should be, such as {@code a number of lines} */
    public static long within(String text, String what, long most) {
        return between(text, what, 0, most);
    }

    private static long between(String text, String what, long least, long most) {
        if (!NUMBER.matcher(text).matches()) {
            throw Values.bad(text, what, "use " + least + " to " + most);
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw Values.bad(text, what, "use " + least + " to " + most);
        }
        return number.longValue();
    }
}
